import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseProfile } from '../../domain/profile-file';
import { profileReader } from '../../sources/profile';
import { readBytes, type Collected } from '../sources/collect';

const guide = readFileSync(join(__dirname, '../../docs/profiles.md'), 'utf8');
/** Each example: a file, and right behind it its mapping file. */
const EXAMPLES = [...guide.matchAll(/```\n([^`]+)```\n```yaml\n([^`]+)```/g)].map(([, file = '', yaml = '']) => ({
  file,
  yaml,
}));

const read = ({ file, yaml }: { file: string; yaml: string }): Promise<Collected> =>
  readBytes(profileReader(parseProfile(yaml)), file);

test('the three examples of the guide are read as it says', async () => {
  expect(EXAMPLES).toHaveLength(3);
  const [bank, pos, vouchers] = await Promise.all(EXAMPLES.map(read));
  for (const one of [bank!, pos!, vouchers!]) expect(one.rejected).toEqual([]);
  expect(bank!.kept.map((row) => [row['account'], row['amount']])).toEqual([
    ['6222 0210 0112 2334 455', '12345.60'],
    ['6222 0210 0112 2334 455', '-1000.00'],
  ]);
  expect(pos!.kept.map((row) => [row['gross_amount'], row['fee_amount'], row['net_amount']])).toEqual([
    ['500.00', '3.00', '497.00'],
    ['-500.00', '-3.00', '-497.00'],
  ]);
  expect(pos!.excluded.map(({ why }) => why)).toEqual(['SKIPPED_ROW']);
  expect(vouchers!.kept.map((row) => [row['entry_no'], row['line_no'], row['customer_no']])).toEqual([
    ['记-12', '1', 'C001'],
    ['记-12', '2', null],
    ['记-12', '3', null],
  ]);
});

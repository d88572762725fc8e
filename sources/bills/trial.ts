import { rm } from 'node:fs/promises';
import type { CompanySettings } from '../../domain/company';
import { FileRefused } from '../reader';
import type { Arrival, FilePart, Finding } from '../system';
import { SourceStops, SourceWaits } from '../trouble';
import { sameNumber } from '../wire/merchant';
import { billPart, titleOf, type DatedBill } from './bill';
import { readBill } from './first-row';

/** Stops that concern one bill; any other stops them all. */
const ONE_BILL = ['SOURCE_NOT_ALLOWED', 'SOURCE_REFUSED', 'SOURCE_TOO_OLD'];

export interface Trial {
  readonly bills: readonly DatedBill[];
  readonly company: CompanySettings;
  readonly now: Date;
  readonly fetch: (part: FilePart) => Promise<Arrival>;
}

/** Fetches one day's bill of each sort and says how it would be read; nothing is kept. */
export async function* tryBills({ bills, company, now, fetch }: Trial): AsyncGenerator<Finding> {
  let isSignedIn = false;
  for (const dated of bills) {
    const trouble = { found: undefined as unknown };
    const arrival = await fetch(billPart(dated, now)).catch((error: unknown) => {
      trouble.found = error;
      return null;
    });
    if (arrival === null && !isAboutOneBill(trouble.found)) {
      yield troubleOf('sign-in', trouble.found);
      return;
    }
    if (!isSignedIn) yield SIGNED_IN;
    isSignedIn = true;
    yield arrival === null ? troubleOf(dated.bill.name, trouble.found) : await shown(dated, arrival, company);
  }
}

/** A setting that is missing or wrong is a finding too. */
export async function* asFindings(tried: AsyncIterable<Finding>): AsyncGenerator<Finding> {
  try {
    yield* tried;
  } catch (error) {
    yield troubleOf('settings', error);
  }
}

/**
 * Whether the merchant in the settings is the one whose bills the company's books take.
 * @param names the merchant's number, in each form that bills have it in
 */
export function merchantFinding(names: readonly [string, ...string[]], expected: string | undefined): Finding {
  const [merchant] = names;
  const isRight = expected === undefined || names.some((name) => sameNumber(name, expected));
  return isRight
    ? { subject: 'merchant', state: 'ok', said: { zh: `商户 ${merchant}`, en: `merchant ${merchant}` } }
    : {
        subject: 'merchant',
        state: 'missing',
        said: {
          zh: `设置中的商户是 ${merchant}，公司文件中是 ${expected}，账单将被拒收。请更正其一`,
          en: `the settings name merchant ${merchant}, the company file ${expected}: its bills would be refused. Correct one of them`,
        },
      };
}

const SIGNED_IN: Finding = {
  subject: 'sign-in',
  state: 'ok',
  said: { zh: '请求签名被接受，应答签名正确', en: 'requests are accepted, and answers are signed as they should be' },
};

function isAboutOneBill(error: unknown): boolean {
  if (error instanceof SourceWaits) return error.code === 'SOURCE_NOT_READY';
  return error instanceof SourceStops && ONE_BILL.includes(error.code);
}

/** What a person can mend is a finding; a defect is thrown on. */
function troubleOf(subject: string, error: unknown): Finding {
  if (error instanceof SourceWaits) return { subject, state: 'warning', said: error.reason };
  if (error instanceof SourceStops || error instanceof FileRefused) {
    return { subject, state: 'missing', said: error.reason };
  }
  throw error;
}

async function shown(dated: DatedBill, arrival: Arrival, company: CompanySettings): Promise<Finding> {
  const { bill, date } = dated;
  const title = titleOf(dated);
  if (arrival.state === 'empty') return { subject: bill.name, state: 'ok', said: arrival.reason };
  try {
    const { rows, first } = await readBill(bill.reader, { ...arrival, date }, company);
    const said = { zh: `${title.zh}：${String(rows)} 行`, en: `${title.en}: ${String(rows)} rows` };
    return { subject: bill.name, state: 'ok', said, ...(first === null ? {} : { sample: first }) };
  } catch (error) {
    return troubleOf(bill.name, error);
  } finally {
    await rm(arrival.path, { force: true });
  }
}

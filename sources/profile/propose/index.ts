import type { Proposal, TrialFile } from '../../../domain/profile-trial';
import { parseProfile } from '../../../domain/profile-file';
import { mustBeMapped, tableOf } from '../../../domain/profile-fields';
import { parseCompanyFile } from '../../../domain/company-file';
import type { Bilingual, FactRelation } from '../../../domain/words';
import { openRecords, type FileRecord } from '../records';
import { TRIAL_WORKBOOK_BYTES, tryProfile } from '../trial';
import type { Sheet } from '../workbook';
import { Draft } from './draft';
import { draftAcquirer } from './draft-acquirer';
import { draftBank } from './draft-bank';
import { draftVouchers } from './draft-vouchers';
import { findTable } from './find-table';
import { settleBalance } from './settle-balance';
import { yamlText } from './yaml-text';

/** Rows that are looked at to propose; a table tells its shape in fewer. */
const LOOKED_AT = 2_000;
const DRAFTS: Partial<Record<FactRelation, { readonly name: string; readonly draft: (draft: Draft) => void }>> = {
  bank_entry: { name: 'bank', draft: draftBank },
  channel_transaction: { name: 'acquirer', draft: draftAcquirer },
  ledger_entry: { name: 'vouchers', draft: draftVouchers },
};
/** A proposal is made for no company yet. */
const NOBODY = parseCompanyFile('code: nobody\nname: 试读\n');

/**
 * Proposes a mapping file for a file: by the names in its header, by what its columns hold, and by reading it.
 * @throws FileRefused NO_HEADER_FOUND, and what `openRecords` refuses
 */
export async function proposeProfile(
  file: TrialFile & { readonly relation?: FactRelation; readonly name?: string },
): Promise<Proposal> {
  const { records, isWorkbook, sheet } = await firstRecords(file);
  const draft = new Draft(findTable(records, isWorkbook, file.relation));
  const { relation } = draft;
  const known = DRAFTS[relation];
  if (known === undefined) draftPlainly(draft);
  else known.draft(draft);
  if (sheet !== null) draft.rest['sheet'] = sheet;
  if (file.encoding !== undefined) draft.rest['encoding'] = file.encoding;
  const missing = missingColumns(relation, draft);
  const name = file.name ?? known?.name ?? relation.replaceAll('_', '-');
  const write = (): string => yamlText(name, draft, headerNames(draft), missing);
  const unsure = (): readonly Bilingual[] => [...missing, ...draft.unsure];
  if (missing.length > 0) return { yaml: write(), relation, unsure: unsure(), trial: null };
  const read = (): Promise<Proposal['trial']> =>
    tryProfile(file, parseProfile(write()), { month: '', company: NOBODY });
  const trial = await settleBalance(draft, read);
  return { yaml: write(), relation, unsure: unsure(), trial };
}

/** The first rows of a text, or of the sheet of a workbook whose header is known best. */
async function firstRecords(
  file: TrialFile & { readonly relation?: FactRelation },
): Promise<{ records: readonly FileRecord[]; isWorkbook: boolean; sheet: string | null }> {
  let sheet: string | null = null;
  const choose = (sheets: readonly Sheet[]): Sheet => {
    const found = sheets.find(({ records }) => hasTable(records, file.relation)) ?? sheets[0];
    if (sheets.length > 1 && found !== undefined) sheet = found.name;
    return found ?? { name: '', records: [] };
  };
  const opened = await openRecords(file.path, {
    encoding: file.encoding,
    separator: null,
    sheetOf: choose,
    workbookBytesMax: TRIAL_WORKBOOK_BYTES,
  });
  const records: FileRecord[] = [];
  for await (const batch of opened.batches) {
    records.push(...batch.slice(0, LOOKED_AT - records.length));
    if (records.length >= LOOKED_AT) break;
  }
  return { records, isWorkbook: opened.isWorkbook, sheet };
}

function hasTable(records: readonly FileRecord[], relation: FactRelation | undefined): boolean {
  try {
    findTable(records.slice(0, LOOKED_AT), true, relation);
    return true;
  } catch {
    return false;
  }
}

function draftPlainly(draft: Draft): void {
  for (const column of tableOf(draft.relation).columns) {
    draft.map(column.name);
    if (column.name === tableOf(draft.relation).date) draft.datesOf(draft.one(column.name));
  }
}

function missingColumns(relation: FactRelation, draft: Draft): Bilingual[] {
  return tableOf(relation)
    .columns.filter((column) => mustBeMapped(relation, column) && draft.columns[column.name] === undefined)
    .map(({ name, chinese }) => ({
      zh: `没有找到 ${name}（${chinese[0] ?? ''}），请在 columns 中写明取自哪一列`,
      en: `nothing was found for ${name}: say under columns where it comes from`,
    }));
}

/** What tells the header from other rows: the columns that rows cannot do without. */
function headerNames(draft: Draft): readonly string[] {
  const names = tableOf(draft.relation)
    .columns.filter(({ required }) => required)
    .flatMap(({ name }) => namesIn(draft.columns[name]));
  return [...new Set(names)].slice(0, 4);
}

function namesIn(source: Draft['columns'][string] | undefined): readonly string[] {
  if (typeof source === 'string') return [source];
  if (source === undefined || Array.isArray(source)) return [];
  const { from, debit, credit, date, join } = source as Record<string, unknown>;
  return [from, debit, credit, date, ...(Array.isArray(join) ? (join as unknown[]) : [])].filter(
    (name): name is string => typeof name === 'string',
  );
}

import { camt053 } from '../../sources/camt053';
import { readBytes } from './collect';

const VERSIONS = ['02', '03', '04', '05', '06', '07', '08'] as const;

/** What the versions write differently. */
function dialectOf(version: string): {
  readonly status: (code: string) => string;
  readonly party: (name: string) => string;
  readonly bank: string;
  readonly part: (amount: string) => string;
  readonly charges: string;
} {
  const number = Number(version);
  return {
    status: (code) => (number >= 8 ? `<Sts><Cd>${code}</Cd></Sts>` : `<Sts>${code}</Sts>`),
    party: (name) => (number >= 8 ? `<Pty><Nm>${name}</Nm></Pty>` : `<Nm>${name}</Nm>`),
    bank:
      number >= 3 ? '<FinInstnId><BICFI>CMBCCNBS</BICFI></FinInstnId>' : '<FinInstnId><BIC>CMBCCNBS</BIC></FinInstnId>',
    // Version 02 knows the amount of a detail only under AmtDtls.
    part: (amount) =>
      number >= 3
        ? `<Amt Ccy="CNY">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>`
        : `<AmtDtls><TxAmt><Amt Ccy="CNY">${amount}</Amt></TxAmt></AmtDtls>`,
    charges:
      number >= 4
        ? '<Chrgs><TtlChrgsAndTaxAmt Ccy="CNY">1.00</TtlChrgsAndTaxAmt><Rcrd><Amt Ccy="CNY">1.00</Amt></Rcrd></Chrgs>'
        : '<Chrgs><TtlChrgsAndTaxAmt Ccy="CNY">1.00</TtlChrgsAndTaxAmt><Amt Ccy="CNY">1.00</Amt></Chrgs>',
  };
}

function balance(code: string, amount: string): string {
  return `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-10-31</Dt></Dt></Bal>`;
}

/** The same statement in the words of a version. */
function statementIn(version: string): string {
  const { status, party, bank, part, charges } = dialectOf(version);
  const entry = (inner: string, direction: string, amount: string, code = 'BOOK', reversal = ''): string =>
    `<Ntry><Amt Ccy="CNY">${amount}</Amt><CdtDbtInd>${direction}</CdtDbtInd>${reversal}${status(code)}<BookgDt><Dt>2026-10-09</Dt></BookgDt><ValDt><Dt>2026-10-10</Dt></ValDt><AcctSvcrRef>B-${amount}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>${inner}</Ntry>`;
  const about = (name: string): string =>
    `<RltdPties><Dbtr>${party(name)}</Dbtr></RltdPties><RltdAgts><DbtrAgt>${bank}</DbtrAgt></RltdAgts>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId><CreDtTm>2026-11-01T08:00:00+08:00</CreDtTm></GrpHdr><Stmt><Id>S</Id><ElctrncSeqNb>10</ElctrncSeqNb><CreDtTm>2026-11-01T08:00:00+08:00</CreDtTm><Acct><Id><Othr><Id>62220200</Id></Othr></Id><Ccy>CNY</Ccy></Acct>
${balance('OPBD', '100.00000')}${balance('CLBD', '370.00')}${balance('CLAV', '1.00')}
${entry(`${charges}<NtryDtls><TxDtls><Refs><EndToEndId>SO-1</EndToEndId></Refs>${about('杭州云辰')}<RmtInf><Ustrd>货款</Ustrd><Strd><CdtrRefInf><Ref>RF18</Ref></CdtrRefInf></Strd></RmtInf></TxDtls></NtryDtls>`, 'CRDT', '200.00000')}
${entry(`<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch><TxDtls><Refs><EndToEndId>SO-2</EndToEndId></Refs>${part('30.00')}${about('宁波远顺')}</TxDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>${part('50.00')}${about('温州青禾')}</TxDtls></NtryDtls>`, 'CRDT', '80.00')}
${entry('<AddtlNtryInf>手续费</AddtlNtryInf>', 'DBIT', '15.00')}
${entry('<AddtlNtryInf>退回</AddtlNtryInf>', 'CRDT', '5.00', 'BOOK', '<RvslInd>true</RvslInd>')}
${entry('', 'CRDT', '999.00', 'PDNG')}
</Stmt></BkToCstmrStmt></Document>`;
}

test.each(VERSIONS)('version %s of a CAMT.053 statement reads to the same rows as any other', async (version) => {
  const { kept, excluded, rejected, summary } = await readBytes(camt053, statementIn(version));
  expect(rejected).toEqual([]);
  expect(
    kept.map((row) => [row.amount, row.end_to_end, row.counterparty, row.description, row.bank_reference]),
  ).toEqual([
    ['200.00', 'SO-1', '杭州云辰', '货款 RF18', 'B-200.00000'],
    ['30.00', 'SO-2', '宁波远顺', null, 'B-80.00'],
    ['50.00', null, '温州青禾', null, 'B-80.00'],
    ['-15.00', null, null, '手续费', 'B-15.00'],
    ['5.00', null, null, '退回', 'B-5.00'],
  ]);
  expect(kept.map((row) => [row.booked_on, row.value_on])).toEqual(kept.map(() => ['2026-10-09', '2026-10-10']));
  expect(excluded).toEqual([{ rowNo: 6, why: 'NOT_BOOKED', amount: '999.00', currency: 'CNY' }]);
  expect(summary.detected).toMatchObject({
    version,
    statements: [{ account: '62220200', entries: 5, balance: 'tied' }],
  });
});

test.each(VERSIONS)('version %s with an entry taken out is refused', async (version) => {
  const torn = statementIn(version).replace(/<Ntry>(?:(?!<Ntry>).)*手续费.*?<\/Ntry>/, '');
  await expect(readBytes(camt053, torn)).rejects.toMatchObject({ code: 'BALANCE_MISMATCH' });
});

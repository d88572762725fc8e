import { encode } from 'iconv-lite';
import { parseCompanyFile } from '../../domain/company-file';
import { einvoiceXml } from '../../sources/einvoice';
import { changed, readBytes, refusalOf } from './collect';
import { einvoice, OUR_TAX_NO, xmlOf, type MadeInvoice } from './invoices';
import { zipOf } from './zip';

const BLUE: MadeInvoice = {
  number: '26442000000012345678',
  issued: '2026-10-05 21:38:43',
  lines: [
    ['1000.00', '0.13', '130.00'],
    ['-100.00', '13%', '-13.00'],
  ],
  remark: '订单号：SO-2026-001',
};
const RED: MadeInvoice = {
  number: '26442000000012345679',
  issued: '2026-10-20 09:00:00',
  lines: [['-100.00', '0.13', '-13.00']],
  remark: '被红冲蓝字数电票号码：26442000000012345678 红字发票信息确认单编号：44201026100000000001',
};

describe('a 数电票 as XML', () => {
  test('reads as an invoice without customer, its buyer beside it', async () => {
    const { kept, inPeriod, control, rejected } = await readBytes(einvoiceXml, xmlOf(einvoice(BLUE)));
    expect(rejected).toEqual([]);
    expect(kept).toEqual([
      {
        invoice_no: '26442000000012345678',
        invoice_key: '26442000000012345678',
        order_no: 'SO-2026-001',
        order_key: 'SO2026001',
        issue_date: '2026-10-05',
        currency: 'CNY',
        net_amount: '900.00',
        tax_amount: '117.00',
        gross_amount: '1017.00',
        kind: 'blue',
        original_invoice_no: null,
        original_invoice_key: null,
        extra: expect.any(String) as string,
      },
    ]);
    expect(JSON.parse(kept[0]?.['extra'] ?? '')).toMatchObject({
      购方识别号: '91330106MA2C1ABC3D',
      购买方名称: '杭州信<安>科技有限公司',
      备注: '订单号：SO-2026-001',
    });
    expect(inPeriod).toEqual([true]);
    expect(control).toEqual([{ amount: '1017.00', currency: 'CNY' }]);
  });

  test('a red one is negative and names its blue one', async () => {
    const { kept } = await readBytes(einvoiceXml, xmlOf(einvoice(RED, 'fp:')));
    expect(kept[0]).toMatchObject({
      kind: 'red',
      gross_amount: '-113.00',
      original_invoice_no: '26442000000012345678',
      order_no: null,
    });
  });

  test('several stand in one document, in GB18030 and in a ZIP beside their PDFs', async () => {
    const both = xmlOf(einvoice(BLUE), einvoice(RED)).replace('UTF-8', 'GBK');
    const alone = await readBytes(einvoiceXml, encode(both, 'gb18030'));
    const zip = zipOf([
      { name: '十月/1.xml', bytes: Buffer.from(`\uFEFF${xmlOf(einvoice(BLUE))}`) },
      { name: '十月/1.pdf', bytes: Buffer.from('%PDF') },
      { name: '十月/2.XML', bytes: Buffer.from(xmlOf(einvoice(RED)), 'utf8') },
    ]);
    const zipped = await readBytes(einvoiceXml, zip);
    expect(zipped.kept).toEqual(alone.kept);
    expect(zipped.rowNos).toEqual([1, 2]);
    expect(zipped.summary.detected).toMatchObject({ documents: 2, invoices: 2, others: ['十月/1.pdf'] });
  });

  test('other months are context, and no tax is zero', async () => {
    const free: MadeInvoice = { ...BLUE, issued: '2026-09-30', lines: [['50.00', '免税', '0.00']] };
    const xml = xmlOf(einvoice(free)).replace('<ComTaxAm>0.00<', '<ComTaxAm>***<');
    const { kept, inPeriod, summary } = await readBytes(einvoiceXml, xml);
    expect(kept[0]).toMatchObject({ tax_amount: '0.00', gross_amount: '50.00', issue_date: '2026-09-30' });
    expect(inPeriod).toEqual([false]);
    expect(summary.detected).not.toHaveProperty('linesWithTaxOff');
  });

  test('tax that is not amount times rate is told, not refused', async () => {
    const odd: MadeInvoice = { ...BLUE, lines: [['100.00', '0.13', '13.05']] };
    const { kept, summary } = await readBytes(einvoiceXml, xmlOf(einvoice(odd)));
    expect(kept).toHaveLength(1);
    expect(summary.detected).toMatchObject({ linesWithTaxOff: 1 });
  });

  test.each<[string, string, string, string]>([
    ['lines that are not the total', '<Amount>1000.00<', '<Amount>1000.01<', 'LINES_DIFFER'],
    ['a line that is no amount', '<Amount>1000.00<', '<Amount>1e3<', 'BAD_AMOUNT'],
    ['a gross amount a fen off', 'Amount>1017.00<', 'Amount>1017.01<', 'TAX_SUM_DIFFERS'],
    ['a positive amount called red', '<LabelCode>Y<', '<LabelCode>N<', 'WRONG_SIGN'],
    ['a number of 19 digits', '<EIid>26442000000012345678<', '<EIid>2644200000001234567<', 'BAD_REFERENCE'],
    [
      'a number that differs below',
      '<InvoiceNumber>26442000000012345678<',
      '<InvoiceNumber>26442000000012345670<',
      'BAD_REFERENCE',
    ],
    ['a day that is none', '<IssueTime>2026-10-05', '<IssueTime>2026-10-35', 'NO_SUCH_DAY'],
    ['no net amount', '<TotalAmWithoutTax>900.00<', '<TotalAmWithoutTax><', 'MISSING_VALUE'],
  ])('rejects %s', async (_, from, to, code) => {
    const xml = changed(xmlOf(einvoice(BLUE)), from, to);
    const { kept, rejected } = await readBytes(einvoiceXml, xmlOf(xml.slice(xml.indexOf('<EInvoice>')), einvoice(RED)));
    expect(kept).toHaveLength(1);
    expect(rejected.map((row) => row.code)).toEqual([code]);
  });

  test('leaves out what others issued, and refuses a file of nothing else', async () => {
    const theirs = { ...RED, seller: { taxNo: '91110000000000000X', name: '供应商' } };
    const both = await readBytes(einvoiceXml, xmlOf(einvoice(BLUE), einvoice(theirs)), { taxNo: OUR_TAX_NO });
    expect(both.kept).toHaveLength(1);
    expect(both.excluded).toEqual([{ rowNo: 2, why: 'NOT_OURS', amount: '-113.00', currency: 'CNY' }]);
    expect((await refusalOf(einvoiceXml, xmlOf(einvoice(theirs)), { taxNo: OUR_TAX_NO })).code).toBe('WRONG_SELLER');
    expect((await readBytes(einvoiceXml, xmlOf(einvoice(theirs)))).kept).toHaveLength(1);
  });

  const WHOLE = xmlOf(einvoice(BLUE));
  test.each<[string, string | Buffer, string]>([
    [
      'a DOCTYPE',
      WHOLE.replace('?>', '?><!DOCTYPE EInvoice [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
      'DOCTYPE_REFUSED',
    ],
    ['an unknown entity', WHOLE.replace('SO-2026', '&x;'), 'MALFORMED_XML'],
    ['half a file', WHOLE.slice(0, 900), 'MALFORMED_XML'],
    ['a depth without end', `<EInvoice>${'<a>'.repeat(5000)}`, 'MALFORMED_XML'],
    ['a text without end', `<EInvoice><a>${'x'.repeat(3_000_000)}`, 'MALFORMED_XML'],
    ['elements without end', `<EInvoice>${'<a>x</a>'.repeat(2000)}</EInvoice>`, 'MALFORMED_XML'],
    ['another document', '<Document><a>1</a></Document>', 'WRONG_KIND'],
    ['nothing', '', 'EMPTY_FILE'],
    ['a PDF', '%PDF-1.7 ...', 'NOT_TEXT'],
    [
      'bytes that are no text',
      Buffer.concat([Buffer.from('<EInvoice><a>'), Buffer.from('ff80ff', 'hex'), Buffer.from('</a></EInvoice>')]),
      'UNDECODABLE',
    ],
    ['a ZIP without XML', zipOf([{ name: 'a.pdf', bytes: Buffer.from('%PDF') }]), 'WRONG_KIND'],
    [
      'a ZIP of ZIPs',
      zipOf([
        { name: 'a.zip', bytes: Buffer.from('PK') },
        { name: 'a.xml', bytes: Buffer.from(WHOLE) },
      ]),
      'WRONG_KIND',
    ],
    [
      'a ZIP with one broken document',
      zipOf([
        { name: 'a.xml', bytes: Buffer.from(WHOLE) },
        { name: 'b.xml', bytes: Buffer.from('<EInvoice>') },
      ]),
      'MALFORMED_XML',
    ],
    ['a ZIP that leaves its folder', zipOf([{ name: '../a.xml', bytes: Buffer.from(WHOLE) }]), 'UNSAFE_ARCHIVE'],
    [
      'a ZIP that lies about its size',
      zipOf([{ name: 'a.xml', bytes: Buffer.from(WHOLE), claimed: 10 }]),
      'UNSAFE_ARCHIVE',
    ],
    ['a ZIP bomb', zipOf([{ name: 'a.xml', bytes: Buffer.alloc(400_000_000, 0x20) }]), 'UNSAFE_ARCHIVE'],
  ])('refuses %s', async (_, bytes, code) => {
    const refusal = await refusalOf(einvoiceXml, bytes);
    expect(refusal.code).toBe(code);
    expect(refusal.reason.zh).not.toBe('');
  });
});

test('the company file may say the tax number, and nothing that is none', () => {
  const file = 'code: qinghe\nname: 青禾\n';
  expect(parseCompanyFile(`${file}taxNo: ${OUR_TAX_NO.toLowerCase()}\n`).taxNo).toBe(OUR_TAX_NO);
  expect(parseCompanyFile(file)).not.toHaveProperty('taxNo');
  expect(() => parseCompanyFile(`${file}taxNo: "9133-0108"\n`)).toThrow(/taxNo/);
});

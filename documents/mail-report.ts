import type { ReportModel } from '../domain/report-model';
import { count, localTime, money } from './format';
import { renderMail, type MailFact, type RenderedMail } from './mail';

/** The mail that goes out with the report: the month's figures, and the seal for keeping outside the system. */
export function renderReportMail(model: ReportModel): RenderedMail {
  const { company, month, seal } = model;
  return renderMail({
    subject: {
      zh: `【结账报告】${company.name} ${month} 已结账`,
      en: `${company.code} ${month} is closed`,
    },
    lead: [
      {
        zh: `${company.name} ${month} 的销售账已复核、审批并结账封存，报告见附件（PDF 与 Excel）。`,
        en: `The sales books of ${month} are reviewed, approved, locked and sealed. The report is attached as PDF and Excel.`,
      },
    ],
    facts: [
      ...figures(model),
      { name: { zh: '差异', en: 'exceptions' }, value: count(model.exceptions.total) },
      {
        name: { zh: '结账时间', en: 'locked at' },
        value: `${localTime(model.lockedAt, company.timezone)} (${company.timezone})`,
      },
      { name: { zh: '数字指纹', en: 'figures hash' }, value: model.figuresHash, mono: true },
      { name: { zh: '封存序号', en: 'seal sequence' }, value: String(seal.sequence) },
      { name: { zh: '封存指纹', en: 'seal hash' }, value: seal.hash, mono: true },
      { name: { zh: '上月指纹', en: 'previous seal' }, value: seal.previous, mono: true },
      { name: { zh: '签名', en: 'signature' }, value: seal.signature, mono: true },
      { name: { zh: '公钥', en: 'public key' }, value: seal.publicKey, mono: true },
    ],
    foot: [
      {
        zh: '请保存本邮件：封存指纹与公钥留在系统之外，日后可用 audit verify 与之比对。',
        en: 'Please keep this mail: with the seal hash and the public key outside the system, audit verify can be held against them later.',
      },
    ],
  });
}

function figures({ sales, receipts, receivables }: ReportModel): MailFact[] {
  return [
    ...sales.totals.map(({ currency, gross, netSales }) => ({
      name: { zh: '销售', en: 'sales' },
      value: `${money(gross, currency)} · 减退货 less returns ${money(netSales, currency)}`,
    })),
    ...receipts.totals.map(({ currency, amount }) => ({
      name: { zh: '净收款', en: 'net received' },
      value: money(amount, currency),
    })),
    ...receivables.totals.map(({ currency, closing }) => ({
      name: { zh: '期末应收', en: 'receivable' },
      value: money(closing, currency),
    })),
  ];
}

/**
 * What the usual labels mean. Values differ from company to company, labels hardly: a label that stands here in neither list is read as our own word or rejected, never
 * guessed; `source test` lists those that need a line in the mapping.
 */
export const STATUS_LABELS: Readonly<Record<string, string>> = {
  未提交: 'draft',
  未生效: 'draft',
  待确认: 'draft',
  确认中: 'draft',
  待审核: 'draft',
  审核中: 'draft',
  已驳回: 'draft',
  已撤回: 'draft',
  已确认: 'approved',
  待发货: 'approved',
  部分发货: 'approved',
  已收货: 'delivered',
  已签收: 'delivered',
  已结单: 'completed',
  已关闭: 'completed',
  已作废: 'cancelled',
  作废: 'cancelled',
};

export const METHOD_LABELS: Readonly<Record<string, string>> = {
  电汇: 'bank',
  汇款: 'bank',
  网银: 'bank',
  银行汇款: 'bank',
  银行电汇: 'bank',
  对公转账: 'bank',
  POS: 'card',
  POS机: 'card',
  信用卡: 'card',
  银联: 'card',
  支票: 'other',
  汇票: 'other',
  承兑汇票: 'other',
  银行承兑汇票: 'other',
  抵扣: 'other',
  预存款: 'other',
};

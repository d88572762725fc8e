/** The channel a fact or a record names. */
function channel(): string {
  const named = `('alipay', 'wechat', 'card', 'cash', 'bank')`;
  return `CASE WHEN e.facts->>'pool' IN ${named} THEN e.facts->>'pool'
               WHEN e.left_records->0->>'source' IN ${named} THEN e.left_records->0->>'source'
               WHEN e.right_records->0->>'source' IN ${named} THEN e.right_records->0->>'source' END`;
}

/** Rates of output tax and of channels' fees that a difference is tried against. */
const TAX_RATES = [0.13, 0.09, 0.06, 0.05, 0.03, 0.01];
const FEE_RATES = [0.0038, 0.0045, 0.0054, 0.0055, 0.006, 0.008, 0.01];

/** The larger of a pair of amounts, and what one is short of the other; both are rounded to cents as documents are. */
const LARGER = 'greatest(abs(l.amount), abs(r.amount))';
const SHORT = 'abs(abs(l.amount) - abs(r.amount))';

/** What the difference is, where the two sides' amounts say it; the first that fits. */
function shape(): string {
  return `CASE
    WHEN e.caused_by <> '{}' AND (e.facts->>'explained')::numeric = e.difference THEN 'caused'
    WHEN e.kind = 'fee_differs' THEN CASE WHEN (e.facts->>'bookedFee')::numeric = 0 THEN 'unbooked'
                                          WHEN (e.facts->>'bookedFee')::numeric = 2 * (e.facts->>'fee')::numeric THEN 'double'
                                          WHEN (e.facts->>'bookedFee')::numeric = -(e.facts->>'fee')::numeric THEN 'sign' ELSE 'part' END
    WHEN e.kind IN ('missing_in_finance', 'missing_in_sales', 'unapplied_receipt', 'unbilled') OR l.records = 0 OR r.records = 0
      THEN CASE WHEN coalesce(l.amount, r.amount) < 0 THEN 'refund' ELSE 'whole' END
    WHEN e.difference = 0 THEN 'same'
    WHEN l.amount = -r.amount THEN 'sign'
    WHEN e.kind = 'duplicate' OR r.amount = 2 * l.amount OR l.amount = 2 * r.amount THEN 'double'
    WHEN ${equalsShare(TAX_RATES, (rate) => `${LARGER} * ${rate} / (1 + ${rate})`)} THEN 'tax'
    WHEN ${equalsShare(FEE_RATES, (rate) => `${LARGER} * ${rate}`)} THEN 'fee'
    WHEN l.amount = 10 * r.amount OR r.amount = 10 * l.amount OR l.amount = 100 * r.amount OR r.amount = 100 * l.amount THEN 'decimal'
    WHEN ${digits('l')} = ${digits('r')} THEN 'digits'
    WHEN abs(e.difference) < 1 THEN 'small'
    ELSE 'part' END`;
}

function equalsShare(rates: readonly number[], share: (rate: number) => string): string {
  return `${SHORT} >= 0.1 AND ${SHORT} IN (${rates.map((rate) => `round(${share(rate)}, 2)`).join(', ')})`;
}

/** The digits of an amount in order of size: equal where two of them changed places. */
function digits(side: 'l' | 'r'): string {
  return `(SELECT string_agg(d, '' ORDER BY d) FROM regexp_split_to_table(abs(round(${side}.amount, 2))::text, '') d)`;
}

/**
 * SQL over `exception_state` under the name `e`: what an exception has in common with others, as a text that is the same for all of them:
 * `<reconciliation>:<kind>:<channel or ->:<what the difference equals>`. It is a function of the exception alone, so that a clerk's answer to
 * a cause reaches exactly those he was shown.
 */
export const CAUSE_KEY = `(
  SELECT concat_ws(':', e.reconciliation, e.kind, coalesce(${channel()}, '-'), ${shape()})
    FROM (SELECT sum((r->>'amount')::numeric) AS amount, count(*) AS records FROM jsonb_array_elements(e.left_records) r) l,
         (SELECT sum((r->>'amount')::numeric) AS amount, count(*) AS records FROM jsonb_array_elements(e.right_records) r) r)`;

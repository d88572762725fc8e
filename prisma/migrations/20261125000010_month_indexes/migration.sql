-- What people look at of a compared month they look up: a record's number, an order's receipts, an amount near another. The indexes are built
-- when the comparison is over, since they would slow down every row that comes in before.
CREATE FUNCTION index_period(p_period integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v record;
  v_part text;
BEGIN
  FOR v IN SELECT * FROM (VALUES
      ('sales_order', 'number', 'order_key'), ('sales_order', 'amount', 'gross_amount'),
      ('sales_return', 'number', 'return_key'), ('sales_return', 'order', 'order_key'), ('sales_return', 'amount', 'gross_amount'),
      ('order_line', 'order', 'order_key'),
      ('receipt', 'number', 'receipt_key'), ('receipt', 'order', 'order_key'), ('receipt', 'channel', 'channel_reference_key'), ('receipt', 'amount', 'amount'),
      ('invoice', 'number', 'invoice_key'), ('invoice', 'order', 'order_key'), ('invoice', 'original', 'original_invoice_key'), ('invoice', 'amount', 'gross_amount'),
      ('ledger_entry', 'number', 'entry_no'), ('ledger_entry', 'reference', 'reference_key'), ('ledger_entry', 'amount', '(debit - credit)'),
      ('channel_transaction', 'number', 'transaction_key'), ('channel_transaction', 'merchant', 'merchant_reference_key'),
      ('channel_transaction', 'payout', 'payout_key'),
      ('channel_transaction', 'amount', '(CASE type WHEN ''payout'' THEN -net_amount WHEN ''fee'' THEN -net_amount ELSE gross_amount END)'),
      ('bank_entry', 'number', 'bank_key'), ('bank_entry', 'end_to_end', 'end_to_end_key'), ('bank_entry', 'amount', 'amount')) AS x(relation, name, expression) LOOP
    v_part := v.relation || '_p' || p_period;
    EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON %I (%s)', v_part || '_by_' || v.name, v_part, v.expression);
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION index_period(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION index_period(integer) TO salesclose_app;

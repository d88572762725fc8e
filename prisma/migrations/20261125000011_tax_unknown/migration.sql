-- A CRM that does not keep taxes leaves them unknown, which is not zero: what is unknown is not compared.
DO $$
DECLARE
  v record;
  v_part regclass;
BEGIN
  FOR v IN SELECT * FROM (VALUES ('sales_order', 'tax_amount'), ('order_line', 'tax_rate'), ('invoice', 'net_amount'), ('invoice', 'tax_amount')) AS x(relation, name) LOOP
    EXECUTE format('ALTER TABLE %I ALTER %I DROP NOT NULL', v.relation, v.name);
    FOR v_part IN SELECT inhrelid FROM pg_inherits WHERE inhparent = v.relation::regclass LOOP
      EXECUTE format('ALTER TABLE %s ALTER %I DROP NOT NULL', v_part, v.name);
    END LOOP;
  END LOOP;
END $$;

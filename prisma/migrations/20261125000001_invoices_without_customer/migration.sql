-- A tax document names its buyer by tax number and name, never by our customer number: such an invoice has none.
-- Months that stand already were made like their relation, so each has constraints of its own.
DO $$
DECLARE v_part regclass;
BEGIN
  ALTER TABLE invoice ALTER COLUMN customer_no DROP NOT NULL, ALTER COLUMN customer_key DROP NOT NULL;
  FOR v_part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'invoice'::regclass LOOP
    EXECUTE format('ALTER TABLE %s ALTER COLUMN customer_no DROP NOT NULL, ALTER COLUMN customer_key DROP NOT NULL', v_part);
  END LOOP;
END $$;

-- The books of salesclose: companies and people, months, what was collected, what was compared,
-- what people decided, and what was sealed. Applied by the owner role; the application's role
-- gets exactly the rights at the end of the last migration and nothing else.

-- ---------------------------------------------------------------- companies and people

CREATE TABLE company (
  id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code       text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9-]{2,32}$'),
  name       text NOT NULL,
  currency   text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  timezone   text NOT NULL,
  is_sample  boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE person (
  id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  login         text NOT NULL UNIQUE CHECK (login ~ '^[a-z0-9][a-z0-9._-]{1,63}$'),
  name          text NOT NULL,
  email         text,
  password_hash text NOT NULL,                       -- PHC string, scrypt
  is_sample     boolean NOT NULL DEFAULT false,      -- made by the sample: its well-known password is accepted
  is_admin      boolean NOT NULL DEFAULT false,      -- may add companies; no business role beside it
  disabled_at   timestamptz,
  created_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE role_grant (
  company_id integer NOT NULL REFERENCES company,
  person_id  integer NOT NULL REFERENCES person,
  role       text NOT NULL CHECK (role IN ('admin','preparer','reviewer','approver','controller','cashier','auditor')),
  granted_by integer REFERENCES person,
  granted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, person_id, role)
);

-- A sign-in. The token itself is never stored, only its SHA-256.
CREATE TABLE session (
  token_hash   bytea PRIMARY KEY,
  person_id    integer NOT NULL REFERENCES person,
  created_at   timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz NOT NULL,
  revoked_at   timestamptz
);
CREATE INDEX ON session (person_id);

-- Failed sign-ins only: the rate limit counts these.
CREATE TABLE failed_sign_in (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  login   text NOT NULL,
  address text NOT NULL,
  at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON failed_sign_in (login, at);

-- One row per version of a company file: as given, and as read. A close keeps the version it began on.
CREATE TABLE policy (
  company_id integer NOT NULL REFERENCES company,
  version    integer NOT NULL CHECK (version > 0),
  source     text NOT NULL,
  settings   jsonb NOT NULL,
  sha256     text NOT NULL,
  created_by integer REFERENCES person,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, version)
);

-- ---------------------------------------------------------------- months

CREATE TABLE period (
  id             integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id     integer NOT NULL REFERENCES company,
  month          text NOT NULL CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  stage          text NOT NULL DEFAULT 'open'
                 CHECK (stage IN ('open','collect','cutoff','reconcile','review','approve','lock','report')),
  stage_since    timestamptz NOT NULL DEFAULT now(),
  policy_version integer,                            -- fixed when the close starts
  started_at     timestamptz,
  started_by     integer REFERENCES person,          -- null: the schedule
  cutoff_at      timestamptz,
  figures_hash   text,                               -- of the newest row in figures
  locked_at      timestamptz,                        -- set by lock_period() alone
  closed_at      timestamptz,                        -- the report is out: the close is complete
  cancelled_at   timestamptz,
  workflow_id    text,
  run_id         text,
  UNIQUE (company_id, month),
  FOREIGN KEY (company_id, policy_version) REFERENCES policy (company_id, version)
);

-- When a close entered and left each stage, for deadlines and the report's stage times.
CREATE TABLE stage_time (
  period_id  integer NOT NULL REFERENCES period,
  stage      text NOT NULL,
  entered_at timestamptz NOT NULL DEFAULT now(),
  left_at    timestamptz,
  PRIMARY KEY (period_id, stage, entered_at)
);

-- Why a close does not go on, as rows: the console, the CLI and the Temporal UI tell the same story.
CREATE TABLE blocker (
  period_id  integer NOT NULL REFERENCES period,
  code       text NOT NULL,
  count      integer NOT NULL,
  owner      text NOT NULL,                          -- a role
  since      timestamptz NOT NULL DEFAULT now(),
  remedy_zh  text NOT NULL,
  remedy_en  text NOT NULL,
  severity   text NOT NULL DEFAULT 'block' CHECK (severity IN ('warn','block')),
  PRIMARY KEY (period_id, code)
);

-- ---------------------------------------------------------------- collected data

-- The bytes live once under <data>/evidence/<aa>/<sha256>, mode 0400.
CREATE TABLE evidence (
  sha256     text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  bytes      bigint NOT NULL,
  first_name text NOT NULL,
  stored_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE batch (
  id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  period_id     integer NOT NULL REFERENCES period,
  kind          text NOT NULL,                       -- a file kind: orders-csv, alipay-trade, ...
  channel       text,                                -- alipay, wechat, card, cash, bank; null where the kind has none
  file_name     text NOT NULL,
  evidence      text NOT NULL REFERENCES evidence,
  encoding      text,                                -- asked for; null: recognised
  state         text NOT NULL DEFAULT 'received'
                CHECK (state IN ('received','accepted','parked','admitted','deferred','replaced','refused','cancelled')),
  rows_in       integer NOT NULL DEFAULT 0,
  rows_kept     integer NOT NULL DEFAULT 0,          -- accepted, or parked while the batch is parked
  rows_rejected integer NOT NULL DEFAULT 0,
  rows_excluded integer NOT NULL DEFAULT 0,
  totals        jsonb NOT NULL DEFAULT '{}',         -- {CNY: {rowsIn, kept, rejected, excluded}} as decimal strings
  detected      jsonb NOT NULL DEFAULT '{}',         -- encoding, columns, footer figures: how the file was read
  refusal       jsonb,                               -- {code, reason: {zh, en}, line?, column?, value?} of a refused file
  replaces      integer REFERENCES batch,
  version       integer NOT NULL DEFAULT 1,
  deferred_from integer REFERENCES batch,            -- the parked batch of an earlier month these rows came from
  rows_read     integer NOT NULL DEFAULT 0,          -- progress while it loads
  imported_by   integer REFERENCES person,           -- null: made by the system (deferred rows)
  imported_at   timestamptz NOT NULL DEFAULT now(),
  settled_at    timestamptz,                         -- when the rows and counts were committed
  CHECK (rows_in = rows_kept + rows_rejected + rows_excluded OR state IN ('received','refused'))
);
CREATE INDEX ON batch (period_id, kind);

-- A row that could not be accepted: where it stood, what was wrong, and the row itself, to correct and resubmit.
CREATE TABLE rejected_row (
  period_id   integer NOT NULL REFERENCES period,
  batch_id    integer NOT NULL REFERENCES batch,
  row_no      integer NOT NULL,
  line        integer NOT NULL,
  column_name text NOT NULL,
  value       text NOT NULL,
  code        text NOT NULL,
  reason_zh   text NOT NULL,
  reason_en   text NOT NULL,
  cells       jsonb NOT NULL,                        -- {column: text} as read
  PRIMARY KEY (batch_id, row_no)
);
CREATE INDEX ON rejected_row (period_id);

-- Facts. id = batch id * 2^32 + row_no, so a row knows its batch and its line. in_period is false for rows
-- dated in another month, kept as context. *_key columns are the reference normalised (see domain/reference.ts).
-- Rows are effective while their batch is accepted or admitted; they are never changed.

CREATE TABLE sales_order (
  period_id     integer NOT NULL,
  id            bigint NOT NULL,
  in_period     boolean NOT NULL,
  order_no      text NOT NULL,
  order_key     text NOT NULL,
  customer_no   text NOT NULL,
  customer_key  text NOT NULL,
  customer_name text,
  order_date    date NOT NULL,
  currency      text NOT NULL,
  gross_amount  numeric NOT NULL,
  tax_amount    numeric NOT NULL,
  status        text NOT NULL,
  salesperson   text,
  region        text,
  extra         jsonb
) PARTITION BY LIST (period_id);

CREATE TABLE order_line (
  period_id       integer NOT NULL,
  id              bigint NOT NULL,
  in_period       boolean NOT NULL,
  order_no        text NOT NULL,
  order_key       text NOT NULL,
  line_no         text NOT NULL,
  product_no      text NOT NULL,
  product_name    text,
  quantity        numeric NOT NULL,
  unit_price      numeric NOT NULL,
  discount_amount numeric,
  tax_rate        numeric NOT NULL,
  gross_amount    numeric NOT NULL,
  extra           jsonb
) PARTITION BY LIST (period_id);

CREATE TABLE sales_return (
  period_id    integer NOT NULL,
  id           bigint NOT NULL,
  in_period    boolean NOT NULL,
  return_no    text NOT NULL,
  return_key   text NOT NULL,
  order_no     text NOT NULL,
  order_key    text NOT NULL,
  customer_no  text NOT NULL,
  customer_key text NOT NULL,
  return_date  date NOT NULL,
  currency     text NOT NULL,
  gross_amount numeric NOT NULL,
  reason       text,
  extra        jsonb
) PARTITION BY LIST (period_id);

CREATE TABLE receipt (
  period_id             integer NOT NULL,
  id                    bigint NOT NULL,
  in_period             boolean NOT NULL,
  receipt_no            text NOT NULL,
  receipt_key           text NOT NULL,
  order_no              text,
  order_key             text,
  customer_no           text NOT NULL,
  customer_key          text NOT NULL,
  received_at           timestamptz NOT NULL,
  received_on           date NOT NULL,               -- the day in the company's zone
  method                text NOT NULL CHECK (method IN ('cash','card','alipay','wechat','bank','other')),
  currency              text NOT NULL,
  amount                numeric NOT NULL,            -- negative: a refund
  channel_reference     text,
  channel_reference_key text,
  description           text,
  counterparty          text,
  extra                 jsonb
) PARTITION BY LIST (period_id);

CREATE TABLE invoice (
  period_id           integer NOT NULL,
  id                  bigint NOT NULL,
  in_period           boolean NOT NULL,
  invoice_no          text NOT NULL,
  invoice_key         text NOT NULL,
  order_no            text,
  order_key           text,
  customer_no         text NOT NULL,
  customer_key        text NOT NULL,
  issue_date          date NOT NULL,
  currency            text NOT NULL,
  net_amount          numeric NOT NULL,              -- a red invoice is negative
  tax_amount          numeric NOT NULL,
  gross_amount        numeric NOT NULL,
  kind                text NOT NULL CHECK (kind IN ('blue','red')),
  original_invoice_no text,
  original_invoice_key text,
  extra               jsonb
) PARTITION BY LIST (period_id);

CREATE TABLE ledger_entry (
  period_id     integer NOT NULL,
  id            bigint NOT NULL,
  in_period     boolean NOT NULL,
  entry_no      text NOT NULL,                       -- the voucher; Kingdee: 凭证字-凭证号
  line_no       text NOT NULL,
  posting_date  date NOT NULL,
  account       text NOT NULL,
  customer_no   text,
  customer_key  text,
  reference     text,
  reference_key text,
  description   text,
  currency      text NOT NULL,
  debit         numeric NOT NULL,
  credit        numeric NOT NULL,
  exchange_rate numeric,
  base_debit    numeric,
  base_credit   numeric,
  extra         jsonb
) PARTITION BY LIST (period_id);

CREATE TABLE channel_transaction (
  period_id              integer NOT NULL,
  id                     bigint NOT NULL,
  in_period              boolean NOT NULL,
  row_key                text NOT NULL,              -- what makes the row the same row in another file
  transaction_no         text NOT NULL,
  transaction_key        text NOT NULL,
  merchant_reference     text,
  merchant_reference_key text,
  occurred_at            timestamptz NOT NULL,
  occurred_on            date NOT NULL,              -- the day in the company's zone
  type                   text NOT NULL CHECK (type IN ('payment','refund','fee','payout')),
  currency               text NOT NULL,
  gross_amount           numeric NOT NULL,           -- signed from the merchant's account at the channel
  fee_amount             numeric NOT NULL,           -- a positive cost; net = gross - fee
  net_amount             numeric NOT NULL,
  payout_no              text,
  payout_key             text,
  description            text,
  counterparty           text,
  extra                  jsonb
) PARTITION BY LIST (period_id);

CREATE TABLE bank_entry (
  period_id      integer NOT NULL,
  id             bigint NOT NULL,
  in_period      boolean NOT NULL,
  row_key        text NOT NULL,
  account        text NOT NULL,
  bank_reference text,                               -- the bank's own reference
  bank_key       text,
  end_to_end     text,                               -- the payer's reference
  end_to_end_key text,
  booked_on      date NOT NULL,
  value_on       date,
  currency       text NOT NULL,
  amount         numeric NOT NULL,                   -- credit +, debit -
  description    text,
  counterparty   text,
  extra          jsonb
) PARTITION BY LIST (period_id);

CREATE TABLE opening_balance (
  period_id     integer NOT NULL,
  id            bigint NOT NULL,
  in_period     boolean NOT NULL,
  customer_no   text NOT NULL,
  customer_key  text NOT NULL,
  currency      text NOT NULL,
  sales_amount  numeric NOT NULL,
  ledger_amount numeric NOT NULL,
  extra         jsonb
) PARTITION BY LIST (period_id);

-- ---------------------------------------------------------------- compared data (derived until the lock)

-- Reconciliation rules as data: the pages that every match and exception name their rule from.
CREATE TABLE rule_set (
  version    text PRIMARY KEY,
  rules      jsonb NOT NULL,
  sha256     text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE reconcile_run (
  id             integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  period_id      integer NOT NULL REFERENCES period,
  input_hash     text NOT NULL,                      -- batches, policy, rules: equal input, equal result
  rule_version   text NOT NULL REFERENCES rule_set,
  policy_version integer NOT NULL,
  started_at     timestamptz NOT NULL,
  finished_at    timestamptz NOT NULL,
  results        jsonb NOT NULL                      -- [{name, state, matched, exceptions, missing: [kinds]}]
);
CREATE INDEX ON reconcile_run (period_id, id);

CREATE TABLE match (
  period_id      integer NOT NULL,
  reconciliation text NOT NULL,
  id             uuid NOT NULL,                      -- digest of reconciliation and record keys
  rule           text NOT NULL,
  state          text NOT NULL CHECK (state IN ('confirmed','suggested')),
  certainty      text NOT NULL CHECK (certainty IN ('certain','probable','possible')),
  currency       text NOT NULL,
  difference     numeric NOT NULL,
  left_ids       bigint[] NOT NULL,
  right_ids      bigint[] NOT NULL
) PARTITION BY LIST (period_id);

CREATE TABLE close_exception (
  period_id        integer NOT NULL,
  id               uuid NOT NULL,                    -- digest of reconciliation, kind and record keys
  reconciliation   text NOT NULL,
  kind             text NOT NULL,
  currency         text NOT NULL,
  difference       numeric NOT NULL,
  left_records     jsonb NOT NULL,                   -- [{source, reference, date, amount, id}]
  right_records    jsonb NOT NULL,
  rule             text NOT NULL,
  facts            jsonb NOT NULL,                   -- what the explanation needs, see domain/explain
  suggested_action text NOT NULL,
  owner            text NOT NULL,                    -- a role
  caused_by        uuid[] NOT NULL DEFAULT '{}',
  figures_hash     text NOT NULL,                    -- of the figures alone: a resolution holds while it is equal
  superseded       boolean NOT NULL DEFAULT false,   -- a later run no longer found it, or with other figures
  first_seen_at    timestamptz NOT NULL DEFAULT now()
) PARTITION BY LIST (period_id);

-- Per customer and currency: the sixth reconciliation, and next month's openings.
CREATE TABLE customer_balance (
  period_id      integer NOT NULL,
  customer_key   text NOT NULL,
  currency       text NOT NULL,
  customer_no    text NOT NULL,
  customer_name  text,
  sales_opening  numeric NOT NULL,
  sales          numeric NOT NULL,
  returns        numeric NOT NULL,
  receipts       numeric NOT NULL,
  adjustments    numeric NOT NULL,
  sales_closing  numeric NOT NULL,
  ledger_opening numeric NOT NULL,
  postings       numeric NOT NULL,
  ledger_closing numeric NOT NULL,
  CHECK (sales_closing = sales_opening + sales - returns - receipts + adjustments),
  CHECK (ledger_closing = ledger_opening + postings)
) PARTITION BY LIST (period_id);

-- What a person is shown and decides on. hash = SHA-256 of content's canonical text.
CREATE TABLE figures (
  period_id  integer NOT NULL REFERENCES period,
  hash       text NOT NULL,
  content    jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (period_id, hash)
);

-- The hash each person was last shown, for decisions given without --seen.
CREATE TABLE figures_seen (
  period_id integer NOT NULL REFERENCES period,
  person_id integer NOT NULL REFERENCES person,
  hash      text NOT NULL,
  seen_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (period_id, person_id)
);

-- ---------------------------------------------------------------- what people decided

CREATE TABLE decision (
  id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  period_id    integer NOT NULL REFERENCES period,
  kind         text NOT NULL CHECK (kind IN ('start','cancel','retry','resolve','review','approve','reject','admit','defer')),
  person_id    integer REFERENCES person,            -- null: the schedule started it
  role         text NOT NULL,                        -- the role the person acted in
  figures_hash text,                                 -- what was shown; for review, approve, reject
  reason       text NOT NULL DEFAULT '',
  detail       jsonb NOT NULL DEFAULT '{}',
  decided_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON decision (period_id, decided_at);

-- A person's answer to one exception. It holds while the exception's figures are those it was given for.
CREATE TABLE resolution (
  period_id      integer NOT NULL REFERENCES period,
  exception_id   uuid NOT NULL,
  sequence       integer NOT NULL,                   -- 1, 2, ...: the newest counts
  decision_id    uuid NOT NULL REFERENCES decision,
  action         text NOT NULL CHECK (action IN ('accept','adjust','carry_over','write_off','dispute')),
  figures_hash   text NOT NULL,
  amount         numeric NOT NULL,                   -- the difference when it was given
  currency       text NOT NULL,
  PRIMARY KEY (period_id, exception_id, sequence)
);

-- Every write by API or activity names a key; the same key with another body is an error, with the same body the old answer.
CREATE TABLE idempotency_key (
  person_id  integer NOT NULL REFERENCES person,
  key        text NOT NULL,
  request    text NOT NULL,                          -- SHA-256 of method, path and body
  status     integer NOT NULL,
  response   jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (person_id, key)
);

-- ---------------------------------------------------------------- audit, outbox, seal

-- One chain per company (0: the installation). seq, prev_hash and hash are set by the trigger, never by the writer.
CREATE TABLE audit_entry (
  chain      integer NOT NULL,
  seq        bigint NOT NULL,
  at         timestamptz NOT NULL,
  actor      text NOT NULL,                          -- login, or system:<part>
  action     text NOT NULL,                          -- past tense: batch.accepted, close.approved, ...
  month      text,                                   -- YYYY-MM where it concerns one
  subject    text NOT NULL,                          -- what it happened to
  detail     jsonb NOT NULL DEFAULT '{}',
  prev_hash  bytea NOT NULL,
  hash       bytea NOT NULL,
  PRIMARY KEY (chain, seq)
);

-- Workflow starts, signals and mails leave through here. UNCERTAIN: handed over, answer lost; a person settles it.
CREATE TABLE outbox (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind        text NOT NULL CHECK (kind IN ('workflow','signal','mail')),
  dedupe_key  text NOT NULL UNIQUE,
  company_id  integer REFERENCES company,
  period_id   integer REFERENCES period,
  payload     jsonb NOT NULL,
  state       text NOT NULL DEFAULT 'PENDING' CHECK (state IN ('PENDING','SENDING','SENT','FAILED','UNCERTAIN')),
  attempts    integer NOT NULL DEFAULT 0,
  next_at     timestamptz NOT NULL DEFAULT now(),
  last_error  text,
  created_at  timestamptz NOT NULL DEFAULT now(),
  sent_at     timestamptz
);
CREATE INDEX ON outbox (next_at) WHERE state = 'PENDING';

CREATE TABLE seal (
  period_id   integer PRIMARY KEY REFERENCES period,
  company_id  integer NOT NULL REFERENCES company,
  sequence    integer NOT NULL,                      -- 1 for a company's first locked month
  previous    text NOT NULL,                         -- the seal hash of the month before, zeros for the first
  content     jsonb NOT NULL,                        -- relations with rows and block roots, figures hash, audit head
  hash        text NOT NULL,                         -- SHA-256 of the canonical content with previous
  signature   text NOT NULL,                         -- Ed25519 over hash, base64
  public_key  text NOT NULL,                         -- SPKI, base64
  sealed_at   timestamptz NOT NULL,
  UNIQUE (company_id, sequence)
);

CREATE TABLE seal_block (
  period_id integer NOT NULL REFERENCES period,
  relation  text NOT NULL,
  block     integer NOT NULL,                        -- 0, 1, ...: blocks of 10,000 rows in key order
  rows      integer NOT NULL,
  first_key text NOT NULL,
  last_key  text NOT NULL,
  sha256    text NOT NULL,
  PRIMARY KEY (period_id, relation, block)
);

-- The report pack: its bytes live in evidence.
CREATE TABLE report_document (
  period_id  integer NOT NULL REFERENCES period,
  format     text NOT NULL,
  version    integer NOT NULL DEFAULT 1,
  evidence   text NOT NULL REFERENCES evidence,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (period_id, format, version)
);

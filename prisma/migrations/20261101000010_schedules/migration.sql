-- When a company's months start by themselves, as people asked for it; the worker keeps the Temporal Schedule like it.

CREATE TABLE schedule (
  company_id integer PRIMARY KEY REFERENCES company,
  day        integer NOT NULL CHECK (day BETWEEN 1 AND 28),   -- of the following month, in the company's zone
  hour       integer NOT NULL CHECK (hour BETWEEN 0 AND 23),
  paused     boolean NOT NULL DEFAULT false,
  changed_at timestamptz NOT NULL DEFAULT now(),
  applied_at timestamptz                                      -- when the worker last carried it out; older than changed_at: pending
);
GRANT SELECT, INSERT ON schedule TO salesclose_app;
GRANT UPDATE (day, hour, paused, changed_at, applied_at) ON schedule TO salesclose_app;

-- The first byte of a mail's content was handed to the mail server: from here on a lost answer is uncertain, not failed.
ALTER TABLE outbox ADD COLUMN handed_over_at timestamptz;
GRANT UPDATE (handed_over_at) ON outbox TO salesclose_app;

"""The ledger's tables, and the rules that the engine itself keeps.

* A transfer's postings come first, the transfer's own row last. Posting rows refer to it by a deferred foreign key, so
  nothing can be committed without it, and a trigger lets the row in only if the postings sum to zero in every unit.
* Once that row stands, no posting can be added to it. Postings, transfers and orders cannot be changed or deleted.
* An account's balance is moved by the posting's trigger alone and never falls below the account's floor.
* Refunds of one receipt never sum above what was received.

These rules hold for every connection with foreign keys on; they protect against errors of this code, not against
somebody with write access to the file (he could drop the triggers: `Ledger.check` finds what does not add up).
"""

from __future__ import annotations

APPLICATION_ID = 0x48504C47  # "HPLG"
VERSION = 2

SCHEMA = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {VERSION};

CREATE TABLE holders (
    name TEXT NOT NULL PRIMARY KEY CHECK (typeof(name) = 'text' AND name <> ''),
    kind TEXT NOT NULL CHECK (kind IN ('own', 'payee', 'payer', 'venue', 'equity'))
) WITHOUT ROWID;

CREATE TABLE accounts (
    holder  TEXT NOT NULL REFERENCES holders (name),
    unit    TEXT NOT NULL CHECK (unit <> ''),
    floor   INTEGER CHECK (floor IS NULL OR typeof(floor) = 'integer'),
    balance INTEGER NOT NULL DEFAULT 0 CHECK (typeof(balance) = 'integer'),
    PRIMARY KEY (holder, unit),
    CONSTRAINT enough CHECK (floor IS NULL OR balance >= floor)
) WITHOUT ROWID;

CREATE TABLE instruments (
    symbol   TEXT NOT NULL PRIMARY KEY CHECK (symbol <> ''),
    currency TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE transfers (
    id     INTEGER PRIMARY KEY,
    key    TEXT NOT NULL UNIQUE CHECK (key <> ''),
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    kind   TEXT NOT NULL CHECK (kind IN ('opening', 'received', 'payment', 'transfer', 'refund', 'trade')),
    at_ms  INTEGER NOT NULL CHECK (typeof(at_ms) = 'integer'),
    memo   TEXT NOT NULL,
    receipt TEXT NOT NULL
);

CREATE TABLE postings (
    id       INTEGER PRIMARY KEY,
    transfer INTEGER NOT NULL REFERENCES transfers (id) DEFERRABLE INITIALLY DEFERRED,
    holder   TEXT NOT NULL,
    unit     TEXT NOT NULL,
    amount   INTEGER NOT NULL CHECK (typeof(amount) = 'integer' AND amount <> 0),
    FOREIGN KEY (holder, unit) REFERENCES accounts (holder, unit)
);
CREATE INDEX postings_of_transfer ON postings (transfer);
CREATE INDEX postings_of_account ON postings (holder, unit);

CREATE TABLE orders (
    transfer INTEGER NOT NULL PRIMARY KEY REFERENCES transfers (id) DEFERRABLE INITIALLY DEFERRED,
    account  TEXT NOT NULL,
    side     TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
    symbol   TEXT NOT NULL REFERENCES instruments (symbol),
    quantity INTEGER NOT NULL CHECK (typeof(quantity) = 'integer' AND quantity > 0),
    amount   INTEGER NOT NULL CHECK (typeof(amount) = 'integer' AND amount > 0),
    currency TEXT NOT NULL,
    venue    TEXT NOT NULL,
    state    TEXT NOT NULL CHECK (state = 'booked')
);

CREATE TABLE received (
    transfer  INTEGER NOT NULL PRIMARY KEY REFERENCES transfers (id) DEFERRABLE INITIALLY DEFERRED,
    reference TEXT NOT NULL UNIQUE CHECK (reference <> ''),
    account   TEXT NOT NULL,
    payer     TEXT NOT NULL,
    currency  TEXT NOT NULL,
    amount    INTEGER NOT NULL CHECK (typeof(amount) = 'integer' AND amount > 0)
);

CREATE TABLE refunds (
    transfer INTEGER NOT NULL PRIMARY KEY REFERENCES transfers (id) DEFERRABLE INITIALLY DEFERRED,
    original INTEGER NOT NULL REFERENCES received (transfer),
    amount   INTEGER NOT NULL CHECK (typeof(amount) = 'integer' AND amount > 0)
);
CREATE INDEX refunds_of_original ON refunds (original);

CREATE TRIGGER refund_within_receipt BEFORE INSERT ON refunds
WHEN NEW.amount + (SELECT coalesce(sum(amount), 0) FROM refunds WHERE original = NEW.original)
  > (SELECT amount FROM received WHERE transfer = NEW.original)
BEGIN SELECT RAISE(ABORT, 'more would be refunded than was received'); END;

CREATE TRIGGER posting_into_sealed BEFORE INSERT ON postings
WHEN EXISTS (SELECT 1 FROM transfers WHERE id = NEW.transfer)
BEGIN SELECT RAISE(ABORT, 'the transfer is sealed'); END;

CREATE TRIGGER posting_moves_balance AFTER INSERT ON postings
BEGIN UPDATE accounts SET balance = balance + NEW.amount WHERE holder = NEW.holder AND unit = NEW.unit; END;

CREATE TRIGGER transfer_sums_to_zero BEFORE INSERT ON transfers
WHEN (SELECT count(*) FROM postings WHERE transfer = NEW.id) < 2
  OR EXISTS (SELECT 1 FROM postings WHERE transfer = NEW.id GROUP BY unit HAVING sum(amount) <> 0)
BEGIN SELECT RAISE(ABORT, 'the postings do not sum to zero'); END;

CREATE TRIGGER posting_stays BEFORE UPDATE ON postings BEGIN SELECT RAISE(ABORT, 'postings are never changed'); END;
CREATE TRIGGER posting_remains BEFORE DELETE ON postings BEGIN SELECT RAISE(ABORT, 'postings are never deleted'); END;
CREATE TRIGGER transfer_stays BEFORE UPDATE ON transfers BEGIN SELECT RAISE(ABORT, 'transfers are never changed'); END;
CREATE TRIGGER transfer_remains BEFORE DELETE ON transfers
BEGIN SELECT RAISE(ABORT, 'transfers are never deleted'); END;
CREATE TRIGGER order_stays BEFORE UPDATE ON orders BEGIN SELECT RAISE(ABORT, 'orders are never changed'); END;
CREATE TRIGGER order_remains BEFORE DELETE ON orders BEGIN SELECT RAISE(ABORT, 'orders are never deleted'); END;
CREATE TRIGGER received_stays BEFORE UPDATE ON received BEGIN SELECT RAISE(ABORT, 'receipts are never changed'); END;
CREATE TRIGGER received_remains BEFORE DELETE ON received BEGIN SELECT RAISE(ABORT, 'receipts are never deleted'); END;
CREATE TRIGGER refund_stays BEFORE UPDATE ON refunds BEGIN SELECT RAISE(ABORT, 'refunds are never changed'); END;
CREATE TRIGGER refund_remains BEFORE DELETE ON refunds BEGIN SELECT RAISE(ABORT, 'refunds are never deleted'); END;
CREATE TRIGGER account_remains BEFORE DELETE ON accounts BEGIN SELECT RAISE(ABORT, 'accounts are never deleted'); END;
"""

CHECKS: tuple[tuple[str, str], ...] = (
    (
        "transfer {} does not sum to zero in {}",
        "SELECT transfer, unit FROM postings GROUP BY transfer, unit HAVING sum(amount) <> 0",
    ),
    (
        "posting {} belongs to no transfer",
        "SELECT id FROM postings WHERE transfer NOT IN (SELECT id FROM transfers)",
    ),
    (
        "transfer {} has fewer than two postings",
        "SELECT id FROM transfers t WHERE (SELECT count(*) FROM postings p WHERE p.transfer = t.id) < 2",
    ),
    (
        "the balance of {} in {} is not the sum of its postings",
        """SELECT a.holder, a.unit FROM accounts a LEFT JOIN postings p USING (holder, unit)
           GROUP BY a.holder, a.unit HAVING a.balance <> coalesce(sum(p.amount), 0)""",
    ),
    ("{} in {} is below its floor", "SELECT holder, unit FROM accounts WHERE balance < floor"),
    ("{} does not sum to zero over all accounts", "SELECT unit FROM accounts GROUP BY unit HAVING sum(balance) <> 0"),
    (
        "order {} has no trade of its own",
        "SELECT transfer FROM orders WHERE transfer NOT IN (SELECT id FROM transfers WHERE kind = 'trade')",
    ),
    (
        "trade {} has no order",
        "SELECT id FROM transfers WHERE kind = 'trade' AND id NOT IN (SELECT transfer FROM orders)",
    ),
    (
        "refund {} names no receipt",
        """SELECT id FROM transfers WHERE kind = 'refund' AND id NOT IN
           (SELECT f.transfer FROM refunds f JOIN received r ON r.transfer = f.original)""",
    ),
    (
        "refund {} moved another amount than it says",
        """SELECT f.transfer FROM refunds f JOIN received r ON r.transfer = f.original WHERE f.amount IS NOT
           (SELECT -sum(p.amount) FROM postings p WHERE p.transfer = f.transfer AND p.holder = r.account)""",
    ),
    (
        "more was refunded of {} than was received",
        """SELECT r.reference FROM received r JOIN refunds f ON f.original = r.transfer
           GROUP BY r.transfer HAVING sum(f.amount) > r.amount""",
    ),
)
"""(what is wrong, with the columns in its braces; the query that finds it)."""

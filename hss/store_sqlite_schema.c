/* SPDX-License-Identifier: MIT
 *
 * H-DB-1. The schema as a list of numbered steps; PRAGMA user_version tells
 * which of them a database has seen. A step that was released never changes.
 *
 * A subscriber costs a row in subscriber, one in identity for each of its
 * identities, a line in search, and one in live once it was used: some 400
 * bytes. identity is the only index over subscribers: everything else is found
 * by the subscription's number.
 */
#include "hss/store_sqlite.h"
#include <stdio.h>

/* Of step 2: the words that a subscription is found by, marked where they
 * begin. */
#define SEARCH_WORDS(id)                                             \
    "SELECT group_concat(word, ' ') FROM ("                          \
    " SELECT '^^' || substr(u.name, instr(u.name, ':') + 1,"         \
    "  CASE WHEN u.name LIKE '%@%' THEN instr(u.name, '@')"          \
    "   WHEN u.name LIKE '%;%' THEN instr(u.name, ';') ELSE 300 END" \
    "  - instr(u.name, ':') - 1) AS word"                            \
    " FROM impu u JOIN irs r ON r.id = u.irs WHERE r.sub = " id      \
    " UNION SELECT '^^' || replace(u.display_name, ' ', ' ^^')"      \
    " FROM impu u JOIN irs r ON r.id = u.irs WHERE r.sub = " id      \
    "  AND u.display_name IS NOT NULL"                               \
    " UNION SELECT '^^' || substr(name, 1, instr(name, '@') - 1)"    \
    " FROM impi WHERE sub = " id ")"

/* Of step 5, and what a reset makes anew: a step that changes them has new ones
 * for the reset. */
#define SUBSCRIPTIONS                                                         \
    "CREATE TABLE subscriber("                                                \
    " id INTEGER PRIMARY KEY, version INTEGER NOT NULL, data BLOB NOT NULL);" \
    "CREATE TABLE live("                                                      \
    " id INTEGER PRIMARY KEY, served INTEGER NOT NULL,"                       \
    " registered INTEGER NOT NULL, data BLOB NOT NULL);"                      \
    "CREATE INDEX live_served ON live(id, registered) WHERE served;"          \
    "CREATE TABLE identity("                                                  \
    " name TEXT NOT NULL, private INTEGER NOT NULL, sub INTEGER NOT NULL,"    \
    " PRIMARY KEY(name, private)) WITHOUT ROWID;"
#define SEARCH \
    "CREATE TABLE search(page INTEGER PRIMARY KEY, text TEXT NOT NULL);"

/* Statements, what a program does behind them, and statements again. */
struct step {
    const char *sql;
    enum ims_err (*run)(struct store_db *db, struct why *why);
    const char *then;
};

static const struct step steps[] = {
    /* 1 */
    {.sql =
         "CREATE TABLE text(id INTEGER PRIMARY KEY, value TEXT NOT NULL "
         "UNIQUE);"

         /* the catalogue */
         "CREATE TABLE charging("
         " id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
         " primary_ecf TEXT, secondary_ecf TEXT,"
         " primary_ccf TEXT, secondary_ccf TEXT);"
         "CREATE TABLE shared_ifc_set(id INTEGER PRIMARY KEY);"
         "CREATE TABLE profile("
         " id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
         " media_profile INTEGER);"
         "CREATE TABLE profile_service("
         " profile INTEGER NOT NULL REFERENCES profile ON DELETE CASCADE,"
         " n INTEGER NOT NULL, service TEXT NOT NULL,"
         " PRIMARY KEY(profile, n)) WITHOUT ROWID;"
         "CREATE TABLE profile_shared("
         " profile INTEGER NOT NULL REFERENCES profile ON DELETE CASCADE,"
         " shared INTEGER NOT NULL REFERENCES shared_ifc_set,"
         " PRIMARY KEY(profile, shared)) WITHOUT ROWID;"
         "CREATE TABLE ifc("
         " id INTEGER PRIMARY KEY,"
         " profile INTEGER REFERENCES profile ON DELETE CASCADE,"
         " shared INTEGER REFERENCES shared_ifc_set ON DELETE CASCADE,"
         " priority INTEGER NOT NULL, part INTEGER NOT NULL,"
         " server TEXT NOT NULL, service_info TEXT,"
         " terminated INTEGER NOT NULL, include_request INTEGER NOT NULL,"
         " include_response INTEGER NOT NULL, cnf INTEGER NOT NULL,"
         " CHECK((profile IS NULL) <> (shared IS NULL)));"
         "CREATE UNIQUE INDEX ifc_profile ON ifc(profile, priority)"
         " WHERE profile IS NOT NULL;"
         "CREATE UNIQUE INDEX ifc_shared ON ifc(shared, priority)"
         " WHERE shared IS NOT NULL;"
         "CREATE TABLE spt("
         " ifc INTEGER NOT NULL REFERENCES ifc ON DELETE CASCADE,"
         " n INTEGER NOT NULL, kind INTEGER NOT NULL, negated INTEGER NOT NULL,"
         " session_case INTEGER NOT NULL, registrations INTEGER NOT NULL,"
         " name TEXT, content TEXT,"
         " PRIMARY KEY(ifc, n)) WITHOUT ROWID;"
         "CREATE TABLE spt_group("
         " ifc INTEGER NOT NULL, n INTEGER NOT NULL, grp INTEGER NOT NULL,"
         " PRIMARY KEY(ifc, n, grp),"
         " FOREIGN KEY(ifc, n) REFERENCES spt ON DELETE CASCADE) WITHOUT ROWID;"

         /* subscribers */
         "CREATE TABLE subscription("
         " id INTEGER PRIMARY KEY, charging INTEGER REFERENCES charging);"
         "CREATE TABLE capability("
         " sub INTEGER NOT NULL REFERENCES subscription ON DELETE CASCADE,"
         " mandatory INTEGER NOT NULL, value INTEGER NOT NULL,"
         " PRIMARY KEY(sub, mandatory, value)) WITHOUT ROWID;"
         "CREATE TABLE visited("
         " sub INTEGER NOT NULL REFERENCES subscription ON DELETE CASCADE,"
         " network INTEGER NOT NULL REFERENCES text,"
         " PRIMARY KEY(sub, network)) WITHOUT ROWID;"
         "CREATE TABLE impi("
         " id INTEGER PRIMARY KEY,"
         " sub INTEGER NOT NULL REFERENCES subscription ON DELETE CASCADE,"
         " name TEXT NOT NULL UNIQUE, algorithm INTEGER NOT NULL,"
         " k BLOB, opc BLOB, amf INTEGER, sqn INTEGER);"
         "CREATE INDEX impi_sub ON impi(sub);"
         "CREATE TABLE ha1("
         " impi INTEGER NOT NULL REFERENCES impi ON DELETE CASCADE,"
         " algorithm INTEGER NOT NULL, realm INTEGER NOT NULL REFERENCES text,"
         " value BLOB NOT NULL,"
         " PRIMARY KEY(impi, algorithm, realm)) WITHOUT ROWID;"
         "CREATE TABLE irs("
         " id INTEGER PRIMARY KEY,"
         " sub INTEGER NOT NULL REFERENCES subscription ON DELETE CASCADE,"
         " state INTEGER NOT NULL, scscf INTEGER REFERENCES text);"
         "CREATE INDEX irs_sub ON irs(sub);"
         "CREATE INDEX irs_served ON irs(sub) WHERE scscf IS NOT NULL;"
         "CREATE TABLE pair("
         " irs INTEGER NOT NULL REFERENCES irs ON DELETE CASCADE,"
         " impi INTEGER NOT NULL REFERENCES impi ON DELETE CASCADE,"
         " registered INTEGER NOT NULL,"
         " PRIMARY KEY(irs, impi)) WITHOUT ROWID;"
         "CREATE INDEX pair_impi ON pair(impi);"
         "CREATE TABLE restoration("
         " irs INTEGER NOT NULL, impi INTEGER NOT NULL, n INTEGER NOT NULL,"
         " scheme TEXT, path TEXT NOT NULL, contact TEXT NOT NULL,"
         " initial_cseq INTEGER NOT NULL, call_id TEXT,"
         " reg_call_id TEXT, reg_from TEXT, reg_to TEXT,"
         " reg_record_route TEXT, reg_contact TEXT,"
         " PRIMARY KEY(irs, impi, n),"
         " FOREIGN KEY(irs, impi) REFERENCES pair ON DELETE CASCADE)"
         " WITHOUT ROWID;"
         "CREATE TABLE impu("
         " id INTEGER PRIMARY KEY,"
         " irs INTEGER NOT NULL REFERENCES irs ON DELETE CASCADE,"
         " n INTEGER NOT NULL, name TEXT NOT NULL UNIQUE,"
         " type INTEGER NOT NULL, barred INTEGER NOT NULL,"
         " profile INTEGER REFERENCES profile, alias_group TEXT,"
         " display_name TEXT);"
         "CREATE INDEX impu_irs ON impu(irs, n);"
         "CREATE TABLE psi("
         " impu INTEGER PRIMARY KEY REFERENCES impu ON DELETE CASCADE,"
         " server TEXT, inactive INTEGER NOT NULL);"
         "CREATE TABLE wildcard("
         " impu INTEGER PRIMARY KEY REFERENCES impu ON DELETE CASCADE,"
         " prefix TEXT NOT NULL);"},

    /* 2: versions, the audit list, what is not visible yet, search */
    {.sql =
         "ALTER TABLE subscription ADD COLUMN version INTEGER NOT NULL DEFAULT "
         "0;"
         "CREATE TABLE audit("
         " n INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL,"
         " who TEXT NOT NULL, action INTEGER NOT NULL, what TEXT NOT NULL,"
         " sub INTEGER, last INTEGER, was INTEGER, now INTEGER,"
         " before TEXT, after TEXT, undo TEXT, undoes INTEGER, undone_by "
         "INTEGER);"
         "CREATE TABLE hidden("
         " first INTEGER NOT NULL, last INTEGER NOT NULL, audit INTEGER);"
         "CREATE TABLE search_text("
         " id INTEGER PRIMARY KEY REFERENCES subscription ON DELETE CASCADE,"
         " text TEXT NOT NULL);"
         "CREATE VIRTUAL TABLE search USING fts5(text, content='search_text',"
         " content_rowid='id', tokenize='trigram', columnsize=0);"
         "INSERT INTO search_text SELECT s.id, coalesce((" SEARCH_WORDS(
             "s.id") "), '') FROM subscription s;"
                     "INSERT INTO search(search) VALUES('rebuild');"},

    /* 3: where S-CSCFs are, for what the HSS tells them by itself */
    {.sql = "CREATE TABLE scscf("
            " name TEXT PRIMARY KEY COLLATE NOCASE,"
            " host TEXT NOT NULL, realm TEXT NOT NULL) WITHOUT ROWID;"},

    /* 4: what an OPc was made of, where it was not given itself */
    {.sql = "ALTER TABLE impi ADD COLUMN op BLOB;"},

    /* 5: two rows a subscription (store_sqlite_record.h) */
    {.sql = SUBSCRIPTIONS
     "CREATE TABLE total(subscribers INTEGER NOT NULL);"
     "INSERT INTO total SELECT count(*) FROM subscription"
     " WHERE NOT EXISTS(SELECT 1 FROM hidden"
     "  WHERE subscription.id BETWEEN first AND last);"
     "ALTER TABLE profile ADD COLUMN uses INTEGER NOT NULL DEFAULT 0;"
     "ALTER TABLE charging ADD COLUMN uses INTEGER NOT NULL DEFAULT 0;"
     "ALTER TABLE audit ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;"
     "UPDATE audit SET changed = last - sub + 1 - (SELECT count(*)"
     "  FROM subscription s WHERE s.id BETWEEN audit.sub AND audit.last"
     "   AND s.version = audit.n)"
     " WHERE action IN (4, 5) AND sub IS NOT NULL;"
     "DROP TABLE search; DROP TABLE search_text;"
     "DROP TABLE wildcard;"
     "CREATE TABLE wildcard("
     " id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
     " prefix TEXT NOT NULL, sub INTEGER NOT NULL);" SEARCH,
     .run = migrate_records,
     .then =
         "DROP TABLE psi; DROP TABLE impu; DROP TABLE restoration;"
         "DROP TABLE pair; DROP TABLE irs; DROP TABLE ha1; DROP TABLE impi;"
         "DROP TABLE visited; DROP TABLE capability; DROP TABLE subscription;"
         "DROP TABLE text;"},

    /* 6: whom S-CSCFs still serve, and the store has no more */
    {.sql = "CREATE TABLE leaver("
            " id INTEGER PRIMARY KEY, sub INTEGER NOT NULL,"
            " data BLOB NOT NULL, live BLOB NOT NULL);"},

    /* 7: the highest id that was ever given, which a reset does not lower */
    {.sql = "ALTER TABLE total ADD COLUMN last_id INTEGER NOT NULL DEFAULT 0;"
            "UPDATE total SET last_id = max("
            " (SELECT coalesce(max(id), 0) FROM subscriber),"
            " (SELECT coalesce(max(coalesce(last, sub)), 0) FROM audit));"},

    /* 8: more capitals are small letters in search */
    {.sql = "", .run = search_fold_all},

    /* 9: what the import that is hidden brought to the catalogue */
    {.sql = "CREATE TABLE brought("
            " n INTEGER PRIMARY KEY, kind INTEGER NOT NULL,"
            " name TEXT NOT NULL);"},
};

unsigned store_schema_newest(void)
{
    return sizeof(steps) / sizeof(steps[0]);
}

enum ims_err schema_tables(struct store_db *db, struct why *why)
{
    return db_script(db, SUBSCRIPTIONS SEARCH, why);
}

static enum ims_err user_version(struct store_db *db, unsigned *out,
                                 struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_USER_VERSION, "");
    enum ims_err err = db_row(db, q, why);

    if (err)
        return err;
    *out = (unsigned)db_int(q, 0);
    db_done(q);
    return IMS_OK;
}

static enum ims_err run_step(struct store_db *db, unsigned n, struct why *why)
{
    const struct step *step = &steps[n - 1];
    char mark[64];
    enum ims_err err = db_script(db, step->sql, why);

    snprintf(mark, sizeof(mark), "PRAGMA user_version = %u", n);
    if (!err && step->run)
        err = step->run(db, why);
    if (!err && step->then)
        err = db_script(db, step->then, why);
    return err ? err : db_script(db, mark, why);
}

/* References would be looked after for each row that goes with its table. */
static enum ims_err take_step(struct store_db *db, unsigned n, struct why *why)
{
    enum ims_err err =
        db_script(db, "PRAGMA foreign_keys=OFF; BEGIN IMMEDIATE", why);

    if (!err)
        err = run_step(db, n, why);
    if (!err)
        err = db_script(db, "COMMIT", why);
    if (err)
        sqlite3_exec(db->db, "ROLLBACK", NULL, NULL, NULL);
    return err ? err : db_script(db, "PRAGMA foreign_keys=ON", why);
}

enum ims_err schema_migrate(struct store_db *db, unsigned version,
                            struct why *why)
{
    unsigned have = 0;
    enum ims_err err = user_version(db, &have, why);

    if (!err && have > version)
        return why_set(why, IMS_CONFIG,
                       "the store has schema %u, made by a newer program "
                       "than this one, which knows %u",
                       have, version);
    while (!err && have < version)
        err = take_step(db, ++have, why);
    return err;
}

enum ims_err store_schema_make(const char *path, unsigned version,
                               struct why *why)
{
    struct store_db db = {0};
    enum ims_err err = db_open(&db, path, true, why);

    if (!err)
        err = schema_migrate(&db, version, why);
    db_close(&db);
    return err;
}

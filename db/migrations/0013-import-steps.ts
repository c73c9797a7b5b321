import { type Kysely, sql } from 'kysely'

/**
 * An import is a resource with steps. The bytes of a file wait in chunks until they are read, its rows in blocks of some hundred, and a row of
 * import_row is written once, when it is applied: 100,000 inserts and no update. Rows are applied in the order of the file, so the
 * counts say which is next.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db)
}

const statements = [
  sql`lock table "import", import_row in access exclusive mode`,
  sql`create table import_chunk (
    import_id uuid not null references "import" on delete cascade,
    chunk_number integer not null check (chunk_number between 0 and 99),
    bytes bytea not null check (length(bytes) between 1 and 4194304),
    primary key (import_id, chunk_number)
  )`,
  sql`create table import_block (
    import_id uuid not null references "import" on delete cascade,
    first_row integer not null check (first_row > 0),
    row_count integer not null check (row_count > 0),
    rows jsonb not null,
    primary key (import_id, first_row)
  )`,
  sql`create table import_issue (
    import_id uuid not null references "import" on delete cascade,
    row_number integer not null,
    field text not null,
    message text not null,
    rejects boolean not null,
    primary key (import_id, row_number, field)
  )`,
  sql`create table import_change (
    import_id uuid not null references "import" on delete cascade,
    record_id uuid not null,
    kind text not null check (kind in ('account', 'person')),
    is_new boolean not null,
    before jsonb not null,
    after jsonb not null,
    at timestamptz not null,
    undone text check (undone = 'removed' or undone = 'restored' or undone like 'kept: %'),
    primary key (import_id, record_id)
  )`,
  sql`create index import_change_of_record on import_change (record_id)`,
  sql`create index import_change_kept on import_change (import_id, record_id) where undone like 'kept: %'`,
  sql`create table import_layout (
    header_key text primary key,
    kind text not null check (kind in ('companies', 'people')),
    mapping jsonb not null,
    used_at timestamptz not null
  )`,
  sql`alter table "import"
    add column step text not null default 'run' check (step in ('upload', 'sheet', 'columns', 'check', 'options', 'run')),
    add column source text,
    add column options jsonb not null default '{}',
    add column sheet text,
    add column header_row integer check (header_row > 0),
    add column size_bytes integer check (size_bytes between 1 and 52428800),
    add column checked_rows integer not null default 0,
    add column issue_count integer not null default 0,
    add column undo_asked_at timestamptz,
    add column undone_at timestamptz,
    add column undone_rows integer not null default 0,
    add column removed_count integer not null default 0,
    add column restored_count integer not null default 0,
    add column kept_count integer not null default 0,
    drop constraint import_status_check,
    add constraint import_status_check check (status in ('draft', 'staged', 'running', 'completed', 'failed')),
    add constraint no_row_is_counted_twice check (
      total_rows >= new_count + updated_count + duplicate_count + rejected_count),
    add constraint what_is_undone_was_run check (undo_asked_at is null or status = 'completed')`,
  // What came before: the cells in the order of the columns.
  sql`insert into import_block (import_id, first_row, row_count, rows)
    select r.import_id, min(r.row_number), count(*), jsonb_agg(r.cells order by r.row_number)
    from (select r.import_id, r.row_number, (
        select jsonb_agg(coalesce(r.raw ->> c.name, '') order by c.place)
        from jsonb_array_elements_text(i.columns) with ordinality c(name, place)) cells
      from import_row r join "import" i on i.id = r.import_id) r
    group by r.import_id, (r.row_number - 1) / 500`,
  sql`delete from import_row where status = 'staged'`,
  sql`drop index import_row_by_status`,
  sql`drop index import_row_by_record`,
  sql`alter table import_row drop column raw, add column undone text
    check (undone = 'removed' or undone = 'restored' or undone like 'kept: %'),
    drop constraint import_row_status_check, alter column status drop default,
    add constraint import_row_status_check check (status in ('new', 'updated', 'duplicate', 'rejected'))`,
  sql`create index import_row_by_record on import_row (record_id) where record_id is not null`,
  sql`create index import_row_told on import_row (import_id, status, row_number) where status in ('duplicate', 'rejected')`,
  // It has nothing to say of facts: an import of 100,000 of them does not call it.
  sql`drop trigger email_address_fact_stays on email_address`,
  sql`create trigger email_address_fact_stays before insert or update on email_address
    for each row when (new.source = 'guessed') execute function email_address_fact_stays()`,
  sql`create index import_row_kept on import_row (import_id, row_number) where undone like 'kept: %'`,
]

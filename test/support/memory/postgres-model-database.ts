import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { openDataSource, typeOrmUnitOfWork } from '#libs/db';
import type {
  ChainLink,
  DeploymentRecord,
  RolloutRecord,
  Stores,
  UnitOfWork,
  VersionRecord,
} from '#libs/engine';
import type { StartPhase } from '#libs/rollout';
import { EMPTY_TALLY } from '#libs/stats';
import type { Arm } from '#libs/traffic';
import { secretBox } from '#libs/secrets';
import { freshDatabase, type FreshDatabase } from '../databases/database.ts';
import { emptyState, type MemoryState, type StoredRoute } from './memory-state.ts';
import { counted, Crash, type ModelDatabase } from './model-database.ts';

const BEGINS_AT = 1_700_000_000_000;

/**
 * A clock of the test's own: `clock_timestamp()` is looked up in this schema before PostgreSQL's own one, and says what the sequence
 * says. Time passes by `advance` only.
 */
const CLOCK = `
  CREATE SCHEMA test_clock;
  CREATE SEQUENCE test_clock.ms MINVALUE 0;
  SELECT setval('test_clock.ms', ${BEGINS_AT});
  CREATE FUNCTION test_clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
    $$ SELECT pg_catalog.to_timestamp(last_value / 1000.0) FROM test_clock.ms $$;
  GRANT USAGE ON SCHEMA test_clock TO PUBLIC;
  GRANT SELECT ON test_clock.ms TO PUBLIC;
  CREATE SEQUENCE test_clock.row_number;
  GRANT USAGE ON SEQUENCE test_clock.row_number TO PUBLIC;
  DO $$ DECLARE it record; BEGIN
    FOR it IN SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND column_default = 'now()'
    LOOP EXECUTE format('ALTER TABLE public.%I ALTER %I SET DEFAULT test_clock.clock_timestamp()', it.table_name, it.column_name);
    END LOOP;
  END $$;
  -- When a step's first route was published is read of its rows; those of one instant keep their order, within its millisecond.
  ALTER TABLE public.route ALTER created_at
    SET DEFAULT test_clock.clock_timestamp() + (nextval('test_clock.row_number') % 1000) * interval '1 microsecond';
`;

/** The real stores, on a real PostgreSQL, as the suite sees them. Gateways, acknowledgements and readings are left out of `state`: nobody asks for them. */
export class PostgresModelDatabase implements ModelDatabase {
  state = emptyState();
  nowMs = BEGINS_AT;
  crashIn: number | null = null;
  private isStale = true;
  private chains = new Map<string, ChainLink[]>();
  private versions = new Map<string, VersionRecord>();
  private readonly inner: UnitOfWork;

  private constructor(
    private readonly database: FreshDatabase,
    private readonly owner: pg.Client,
    readonly dataSource: DataSource,
  ) {
    this.inner = typeOrmUnitOfWork(dataSource, secretBox([randomBytes(32)]));
  }

  static async open(): Promise<PostgresModelDatabase> {
    const database = await freshDatabase();
    const owner = new pg.Client({ connectionString: database.url });
    await owner.connect();
    await owner.query(CLOCK);
    const name = new URL(database.url).pathname.slice(1);
    await owner.query(`ALTER DATABASE ${name} SET search_path = test_clock, pg_catalog, public`);
    return new PostgresModelDatabase(database, owner, await openDataSource(database.url, 4));
  }

  // A process dies where it only reads, too.
  readonly uow: UnitOfWork = {
    read: (work) => this.inner.read((stores) => work(this.crashing(stores))),
    run: (work) => {
      this.isStale = true;
      return this.inner.run((stores) => work(this.crashing(stores)));
    },
  };

  private crashing(stores: Stores): Stores {
    if (this.crashIn === null) return stores;
    return counted(stores, () => {
      if (this.crashIn !== null && --this.crashIn < 0) throw new Crash('the process died');
    });
  }

  async advance(ms: number): Promise<void> {
    this.nowMs += ms;
    await this.owner.query("SELECT setval('test_clock.ms', $1)", [this.nowMs]);
  }

  async refresh(): Promise<void> {
    if (!this.isStale) return;
    this.state = await this.load();
    this.isStale = false;
  }

  /** As new. */
  async empty(): Promise<void> {
    // The record can only be added to, but for its owner without triggers.
    await this.owner.query(`DO $$ BEGIN
      SET LOCAL session_replication_role = replica;
      EXECUTE (SELECT 'TRUNCATE ' || string_agg(format('%I.%I', schemaname, tablename), ', ')
        FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN ('migrations', 'setting'));
    END $$`);
    this.nowMs = BEGINS_AT;
    await this.advance(0);
    await this.owner.query("SELECT setval('test_clock.row_number', 1, false)");
    this.chains = new Map();
    this.versions = new Map();
    this.crashIn = null;
    this.isStale = true;
    await this.refresh();
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
    await this.owner.end();
    await this.database.drop();
  }

  private async load(): Promise<MemoryState> {
    const state = emptyState();
    const ask = <T>(sql: string): Promise<T[]> => this.dataSource.query<T[]>(sql);
    await this.inner.read(async (stores) => {
      const names = await ask<{ name: string; id: string }>(
        'SELECT name, id FROM model WHERE deleted_at IS NULL ORDER BY created_at, name',
      );
      for (const { name, id } of names) {
        const model = await stores.models.find(name);
        if (model) state.models.set(name, model);
        const chain = this.chains.get(id) ?? [];
        const fresh = await stores.events.chain(id, chain.length, 10_000);
        this.chains.set(id, [...chain, ...fresh]);
        state.events.set(id, this.chains.get(id) ?? []);
      }
      const rollouts = new Map(
        (await Promise.all([...state.models.values()].map(({ id }) => allOf(stores, id))))
          .flat()
          .map((rollout) => [rollout.id, rollout]),
      );
      const ids = await ask<{ id: string }>('SELECT id FROM rollout ORDER BY sequence');
      for (const { id } of ids) {
        const found = rollouts.get(id);
        if (found) state.rollouts.set(id, found);
      }
      const there = await ask<{ modelId: string; version: number }>(
        'SELECT model_id AS "modelId", version FROM version WHERE deleted_at IS NULL ORDER BY model_id, version',
      );
      for (const { modelId, version } of there) {
        const key = `${modelId} ${version}`;
        const found = this.versions.get(key) ?? (await stores.versions.find(modelId, version));
        if (!found) continue;
        this.versions.set(key, found);
        state.versions.set(key, found);
      }
    });
    // As they were written, whatever the clock said: rows are only added, to an emptied table.
    const routes = await ask<Omit<StoredRoute, 'callers'>>(
      `SELECT r.model_id AS "modelId", m.name AS model, r.revision, r."primary", r.candidate, r.salt, r.rollout_id AS "rolloutId",
         r.output_spec AS "outputSpec", r.reading, r.step_index AS "stepIndex", r.start_phase AS "startPhase"
       FROM route r JOIN model m ON m.id = r.model_id ORDER BY r.ctid`,
    );
    state.routes.push(...routes);
    const groups = await ask<{ id: string; reason: string; createdBy: string }>(
      'SELECT id, reason, created_by AS "createdBy" FROM release_group ORDER BY sequence',
    );
    for (const group of groups) state.groups.set(group.id, { ...group, createdAt: 0 });
    await Promise.all([this.loadEvidence(state), this.loadTerms(state), this.loadAgenda(state)]);
    for (const row of await ask<DeploymentRecord>(
      'SELECT model_id AS "modelId", version, state, url, message, ready_path AS "readyPath" FROM deployment',
    ))
      state.deployments.set(`${row.modelId} ${row.version}`, row);
    return state;
  }

  private async loadEvidence(state: MemoryState): Promise<void> {
    type Row = {
      rolloutId: string;
      revision: number;
      arm: Arm;
      segment: string;
      stepIndex: number;
      startPhase: StartPhase | null;
      requests: string;
    };
    const rows = await this.dataSource.query<Row[]>(
      `SELECT rollout_id AS "rolloutId", route_revision AS revision, arm, segment, step_index AS "stepIndex",
         start_phase AS "startPhase", requests FROM evidence`,
    );
    for (const { rolloutId, revision, arm, segment, stepIndex, startPhase, requests } of rows) {
      const tally = { ...EMPTY_TALLY, requests: Number(requests) };
      const entry = { rolloutId, revision, arm, tally };
      state.evidence.set(`${rolloutId} ${revision} ${arm} ${segment}`, {
        entry,
        stepIndex,
        startPhase,
        tally,
      });
    }
  }

  private async loadTerms(state: MemoryState): Promise<void> {
    type Row = Omit<MemoryState['terms'][number], 'until'> & { until: Date | null };
    const rows = await this.dataSource.query<Row[]>(
      'SELECT model_id AS "modelId", version, until, good, proven, refuted_by AS "refutedBy" FROM primary_term ORDER BY sequence',
    );
    state.terms.push(...rows.map((row) => ({ ...row, until: row.until && row.until.getTime() })));
  }

  private async loadAgenda(state: MemoryState): Promise<void> {
    type Row = { id: string; dueAt: Date; notBefore: Date; asked: number };
    const rows = await this.dataSource.query<Row[]>(
      'SELECT rollout_id AS id, due_at AS "dueAt", not_before AS "notBefore", asked FROM agenda',
    );
    for (const { id, dueAt, notBefore, asked } of rows)
      state.agenda.set(id, { dueAt: dueAt.getTime(), notBefore: notBefore.getTime(), asked });
  }
}

async function allOf(stores: Stores, modelId: string): Promise<readonly RolloutRecord[]> {
  return (await stores.rollouts.list({ modelId }, { pageSize: 1_000, pageToken: null })).items;
}

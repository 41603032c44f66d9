import pg from 'pg';

const MODELS = 1_000;

async function run(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** 1,000 models with so many versions in all; each version has a tag that 20 or so share. */
export async function fillUnderstudy(url: string, versions: number): Promise<void> {
  const each = Math.ceil(versions / MODELS);
  await run(url, [
    `INSERT INTO model (id, name, salt, next_version)
     SELECT gen_random_uuid(), 'model ' || i, 'salt', ${each + 1} FROM generate_series(0, ${MODELS - 1}) i`,
    `INSERT INTO version (model_id, version, mlflow_source, tags, created_by)
     SELECT m.id, v, 's3://bucket/' || v, jsonb_build_object('batch', 'b' || ((substr(m.name, 7)::int * ${each} + v) % ${Math.max(1, Math.floor(versions / 20))})), 'bench'
     FROM model m, generate_series(1, ${each}) v`,
    `INSERT INTO alias (model_id, alias, version) SELECT id, 'champion', 1 FROM model`,
    'VACUUM ANALYZE',
  ]);
}

/** The same in MLflow's tables, which its server has made. */
export async function fillMlflow(url: string, versions: number): Promise<void> {
  const each = Math.ceil(versions / MODELS);
  const tag = `'b' || ((substr(name, 7)::int * ${each} + version) % ${Math.max(1, Math.floor(versions / 20))})`;
  await run(url, [
    `INSERT INTO registered_models (workspace, name, creation_time, last_updated_time)
     SELECT 'default', 'model ' || i, 1, 1 FROM generate_series(0, ${MODELS - 1}) i`,
    `INSERT INTO model_versions (workspace, name, version, creation_time, last_updated_time, source, storage_location, current_stage, status)
     SELECT 'default', name, v, 1, 1, 's3://bucket/' || v, 's3://bucket/' || v, 'None', 'READY'
     FROM registered_models, generate_series(1, ${each}) v`,
    `INSERT INTO model_version_tags (workspace, name, version, key, value)
     SELECT 'default', name, version, 'batch', ${tag} FROM model_versions`,
    `INSERT INTO registered_model_aliases (workspace, name, alias, version) SELECT 'default', name, 'champion', 1 FROM registered_models`,
    'VACUUM ANALYZE',
  ]);
}

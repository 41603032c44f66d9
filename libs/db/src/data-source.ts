import 'reflect-metadata';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { ENTITIES } from './entities/index.ts';

/** How every process opens the database. Migrations are run by `migrate` only. */
export function dataSourceOptions(url: string, poolSize = 10): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities: [...ENTITIES],
    synchronize: false,
    poolSize,
    connectTimeoutMS: 5_000,
    applicationName: 'understudy',
    extra: { keepAlive: true },
  };
}

export async function openDataSource(url: string, poolSize?: number): Promise<DataSource> {
  return new DataSource(dataSourceOptions(url, poolSize)).initialize();
}

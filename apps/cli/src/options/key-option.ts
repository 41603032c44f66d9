import { Option } from 'commander';

export interface KeyOption {
  readonly idempotencyKey?: string;
}

/** Of what makes something new each time: a job that is run again says the same key, and is answered what came of it the first time. */
export const keyOption = (): Option =>
  new Option(
    '--idempotency-key <key>',
    'such as the id of the CI job: said again with the same token (7 days by default: IDEMPOTENCY_RETENTION), nothing is registered twice, and the first answer is printed',
  );

export const keyHeader = ({ idempotencyKey }: KeyOption): Record<string, string> =>
  idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };

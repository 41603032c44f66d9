import { type SearchGrammar, setOf } from '../search/filter.ts';

/** What MLflow's searches know. */
export const MODEL_GRAMMAR: SearchGrammar = {
  texts: ['name'],
  numbers: [],
  instants: [],
  as: {},
  hidesPrompts: true,
  orders: ['name', 'creation_timestamp', 'last_updated_timestamp'],
  lists: ['name'],
  refusedOrder: (key) =>
    `Invalid order by key '${key}' specified. Valid keys are '${setOf(['name', 'timestamp'])}'`,
};
export const VERSION_GRAMMAR: SearchGrammar = {
  texts: ['name', 'run_id', 'source_path'],
  numbers: ['version_number'],
  instants: [],
  as: {},
  hidesPrompts: true,
  orders: ['name', 'version_number', 'creation_timestamp', 'last_updated_timestamp'],
  lists: ['name', 'run_id'],
  refusedOrder: (key) =>
    `Invalid attribute key '${key}' specified. Valid keys are '${setOf(['name', 'version_number', 'creation_timestamp', 'last_updated_timestamp'])}'`,
};

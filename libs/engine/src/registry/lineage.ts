import { DomainError } from '#libs/kernel';
import { mayTouch } from '../access/access.ts';
import { lockModelAmong, requireModel, requireVersion } from './lookup.ts';
import type { LineageDescription, LineageStore, NewUpstream, Stores, VersionKey } from '../ports/ports.ts';
import type { VersionRecord } from '../ports/records.ts';

export const LINEAGE_DIRECTIONS = ['upstream', 'downstream', 'both'] as const;
export type LineageDirection = (typeof LINEAGE_DIRECTIONS)[number];

/** A version in a lineage graph. */
export interface LineageNode {
  readonly model: string;
  readonly version: number;
  /** `self` for the version that was asked for; `upstream` feeds it, `downstream` consumes it. */
  readonly direction: 'self' | 'upstream' | 'downstream';
  /** Edges between it and the version that was asked for, the shortest way. */
  readonly distance: number;
  /** Of a model that the asker may not see: no more is said of it than its name and number. */
  readonly hidden: boolean;
  /** `null`: hidden. */
  readonly serves: boolean | null;
  readonly deleted: boolean | null;
  readonly source: Readonly<Record<string, string>>;
  readonly dataset: Readonly<Record<string, string>>;
}
interface Named {
  readonly model: string;
  readonly version: number;
}
/** `from` feeds `to`. */
export interface LineageEdge {
  readonly from: Named;
  readonly to: Named;
}
export interface Lineage {
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
  /** There is more behind `depth`, or behind the most nodes that one answer holds. */
  readonly truncated: boolean;
}

export interface LineageQuestion {
  readonly direction: LineageDirection;
  /** How many edges away to look, 1 or more. */
  readonly depth: number;
  /** Of one answer. */
  readonly mostNodes: number;
  /** The models that the asker may see; `null`: all. */
  readonly visible: readonly string[] | null;
}

/**
 * Walks what feeds a version and what consumes it, level by level. A version of a model that the asker may not see is
 * named where it is next to one that they may, and nothing is walked on from it.
 */
export async function lineageOf(
  stores: Stores,
  modelName: string,
  number: number,
  { direction, depth, mostNodes, visible }: LineageQuestion,
): Promise<Lineage> {
  const model = await requireModel(stores, modelName);
  await requireVersion(stores, model, number);
  const root: VersionKey = { modelId: model.id, version: number };
  const graph = new Graph(root, mostNodes, visible);
  for (const way of ['upstream', 'downstream'] as const)
    if (direction === way || direction === 'both') await walk(stores.lineage, graph, root, way, depth);
  return graph.shown();
}

const HIDDEN = { hidden: true, serves: null, deleted: null, source: {}, dataset: {} } as const;

type Way = 'upstream' | 'downstream';
const idOf = ({ modelId, version }: VersionKey): string => `${modelId}/${version}`;

class Graph {
  private readonly nodes = new Map<
    string,
    { key: VersionKey; direction: LineageNode['direction']; distance: number }
  >();
  private readonly edges = new Map<string, { from: VersionKey; to: VersionKey }>();
  private readonly facts = new Map<string, LineageDescription>();
  truncated = false;

  constructor(
    private readonly root: VersionKey,
    private readonly mostNodes: number,
    private readonly visible: readonly string[] | null,
  ) {
    this.nodes.set(idOf(root), { key: root, direction: 'self', distance: 0 });
  }

  /** Those that the asker may see: what they are next to is walked on to. */
  async seen(store: LineageStore, level: readonly VersionKey[]): Promise<readonly VersionKey[]> {
    for (const fact of await store.describe(level)) this.facts.set(idOf(fact), fact);
    return level.filter((key) => this.isSeen(key));
  }

  private isSeen(key: VersionKey): boolean {
    const fact = this.facts.get(idOf(key));
    return idOf(key) === idOf(this.root) || (fact !== undefined && mayTouch(this.visible, fact.model));
  }

  /** @returns whether it is new, and so to be walked on from */
  add(from: VersionKey, to: VersionKey, way: Way, distance: number): boolean {
    const found = way === 'upstream' ? from : to;
    const isNew = !this.nodes.has(idOf(found));
    if (isNew && this.nodes.size >= this.mostNodes) {
      this.truncated = true;
      return false;
    }
    if (isNew) this.nodes.set(idOf(found), { key: found, direction: way, distance });
    this.edges.set(`${idOf(from)} ${idOf(to)}`, { from, to });
    return isNew;
  }

  shown(): Lineage {
    const { facts } = this;
    const named = (key: VersionKey): Named => ({
      model: facts.get(idOf(key))?.model ?? '',
      version: key.version,
    });
    return {
      nodes: [...this.nodes.values()].flatMap(({ key, direction, distance }): LineageNode[] => {
        const fact = facts.get(idOf(key));
        if (!fact) return [];
        const { model, version } = fact;
        const place = { model, version, direction, distance };
        if (!this.isSeen(key)) return [{ ...place, ...HIDDEN }];
        const { serves, deleted, source, dataset } = fact;
        return [{ ...place, hidden: false, serves, deleted, source, dataset }];
      }),
      edges: [...this.edges.values()].map(({ from, to }) => ({ from: named(from), to: named(to) })),
      truncated: this.truncated,
    };
  }
}

async function walk(
  store: LineageStore,
  graph: Graph,
  root: VersionKey,
  way: Way,
  depth: number,
): Promise<void> {
  let level = await graph.seen(store, [root]);
  for (let distance = 1; level.length > 0; distance++) {
    const edges = await store.edges(level, way);
    if (distance > depth) {
      if (edges.length > 0) graph.truncated = true;
      return;
    }
    const found = edges.flatMap(({ from, to }) =>
      graph.add(from, to, way, distance) ? [way === 'upstream' ? from : to] : [],
    );
    level = await graph.seen(store, found);
  }
}

/**
 * Finds the versions that a new one says it consumes, and keeps their models from being renamed or
 * deleted until the transaction ends. Since all of them must be there already, and a version never
 * changes, no cycle can be made.
 * @param own the model that the new version belongs to, which is locked in the same order by name
 * @param visible the models that whoever registers it may touch; `null`: all
 * @throws DomainError that names the upstream which is not there, or is the new version itself
 */
export async function lockUpstreams(
  stores: Stores,
  own: string,
  upstreams: VersionRecord['upstreams'],
  visible: readonly string[] | null,
): Promise<readonly NewUpstream[]> {
  if (upstreams.length === 0) return [];
  const models = await lockModelAmong(
    stores,
    own,
    upstreams.map(({ model }) => model),
  );
  const keys: NewUpstream[] = [];
  for (const [i, { model: name, version }] of upstreams.entries()) {
    const model = models.get(name);
    if (name === own && model && version >= model.nextVersion)
      throw refused(
        i,
        'lineage_cycle',
        `"${name}" ${version} is this version itself, or comes after it; nothing may feed itself.`,
      );
    const found = model && (await stores.versions.find(model.id, version));
    if (!found)
      throw refused(
        i,
        'upstream_not_found',
        `There is no version ${version} of "${name}". Register what is consumed before what consumes it.`,
      );
    keys.push({ modelId: found.modelId, version, acknowledged: mayTouch(visible, name) });
  }
  return [...new Map(keys.map((key) => [idOf(key), key])).values()];
}

const refused = (index: number, code: string, detail: string): DomainError =>
  new DomainError('invalid', code, detail, [{ pointer: `/upstreams/${index}`, detail }]);

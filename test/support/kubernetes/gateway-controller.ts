import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from '../api.ts';
import type { TestCluster } from './api-server.ts';

const API = '/apis/gateway.networking.k8s.io/v1';
const PLURALS: Readonly<Record<string, string>> = { HTTPRoute: 'httproutes', GRPCRoute: 'grpcroutes' };

/** Says of each generation of each HTTPRoute and GRPCRoute what a controller of gateways says, and keeps what it has programmed. */
export class GatewayController {
  private isEnding = false;
  private readonly running: Promise<void>;
  /** By `namespace/name`: the rules that it serves by. */
  readonly programmed = new Map<string, Json[]>();
  /** Names of those of which it says nothing. */
  readonly silentOn = new Set<string>();
  /** Says this of Services that do not exist. */
  readonly missingServices = new Set<string>();

  constructor(private readonly cluster: TestCluster) {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.isEnding = true;
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.isEnding) {
      // The API server may be away for a while.
      await this.turn().catch(() => undefined);
      await sleep(50);
    }
  }

  private async turn(): Promise<void> {
    const lists = await Promise.all(
      Object.values(PLURALS).map((plural) => this.cluster.call('GET', `${API}/${plural}`)),
    );
    for (const object of lists.flatMap(({ body }) => body['items'] ?? [])) {
      const name = `${object.metadata.namespace}/${object.metadata.name}`;
      if (this.silentOn.has(name) || this.hasSaid(object)) continue;
      await this.say(object);
      this.programmed.set(name, object.spec.rules);
    }
  }

  private hasSaid({ metadata, status }: Json): boolean {
    const said = status?.parents?.[0]?.conditions ?? [];
    return said.some((one: Json) => one['observedGeneration'] === metadata.generation);
  }

  private async say({ apiVersion, kind, metadata, spec }: Json): Promise<void> {
    const now = new Date().toISOString();
    const missing = spec.rules
      .flatMap(({ backendRefs = [] }: Json) => backendRefs)
      .find(({ name }: Json) => this.missingServices.has(name));
    const conditionOf = (type: string, bad: boolean) => ({
      ...{ type, status: bad ? 'False' : 'True', lastTransitionTime: now },
      ...{ observedGeneration: metadata.generation },
      reason: bad ? 'BackendNotFound' : type,
      message: bad ? `Service ${missing.name} was not found` : '',
    });
    const parents = (spec.parentRefs ?? []).map((parentRef: Json) => ({
      parentRef,
      controllerName: 'example.com/test-controller',
      conditions: [conditionOf('Accepted', false), conditionOf('ResolvedRefs', missing !== undefined)],
    }));
    const { namespace, name } = metadata;
    const place = `${API}/namespaces/${namespace}/${PLURALS[kind]}/${name}/status`;
    const body = { apiVersion, kind, metadata: { namespace, name }, status: { parents } };
    await this.cluster.call(
      'PATCH',
      `${place}?fieldManager=test-controller&force=true`,
      body,
      'application/apply-patch+yaml',
    );
  }
}

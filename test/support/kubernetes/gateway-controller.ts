import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from '../api.ts';
import type { TestCluster } from './api-server.ts';

const API = '/apis/gateway.networking.k8s.io/v1';
const PLURALS: Readonly<Record<string, string>> = { HTTPRoute: 'httproutes', GRPCRoute: 'grpcroutes' };

/** What a controller of gateways programs: what is said of a route is said after it serves by it. */
export interface GatewayPlane {
  /** Is there such a Service? */
  hasService(name: string): boolean;
  /** Serves by these routes from when it resolves. */
  program(routes: readonly Json[]): Promise<void>;
}

/** Says of each generation of each HTTPRoute and GRPCRoute what a controller of gateways says, and keeps what it has programmed. */
export class GatewayController {
  private isEnding = false;
  private readonly running: Promise<void>;
  /** Names of those of which it says nothing. */
  readonly silentOn = new Set<string>();
  /** Says this of Services that do not exist. */
  readonly missingServices = new Set<string>();

  /** @param plane left out: it says what it says, and serves nobody */
  constructor(
    private readonly cluster: TestCluster,
    private readonly plane: GatewayPlane | null = null,
  ) {
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
    const objects = lists.flatMap(({ body }) => body['items'] ?? []);
    const news = objects.filter(
      (object) =>
        !this.silentOn.has(`${object.metadata.namespace}/${object.metadata.name}`) && !this.hasSaid(object),
    );
    if (news.length === 0) return;
    await this.plane?.program(objects);
    for (const object of news) await this.say(object);
  }

  private hasSaid({ metadata, status }: Json): boolean {
    const said = status?.parents?.[0]?.conditions ?? [];
    return said.some((one: Json) => one['observedGeneration'] === metadata.generation);
  }

  private async say({ apiVersion, kind, metadata, spec }: Json): Promise<void> {
    const now = new Date().toISOString();
    const missing = spec.rules
      .flatMap(({ backendRefs = [] }: Json) => backendRefs)
      .find(({ name }: Json) => this.missingServices.has(name) || this.plane?.hasService(name) === false);
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

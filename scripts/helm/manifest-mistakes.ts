import { isSecretSetting, loadConfig, SETTINGS } from '#libs/config';
import type { Manifest } from './helm.ts';

/**
 * What is wrong with the chart's objects that Kubernetes takes without a word: names that lead nowhere, settings that
 * nothing reads or that are refused at the start, secrets in clear, containers that may more than they need.
 */
export const manifestMistakes = (objects: readonly Manifest[]): readonly string[] => [
  ...objects
    .filter((object) => podOf(object) !== null)
    .flatMap((object) => podMistakes(object, objects).map((what) => `${nameOf(object)}: ${what}`)),
  ...objects.flatMap((object) => targetMistakes(object, objects).map((what) => `${nameOf(object)}: ${what}`)),
];

const nameOf = (object: Manifest): string => `${object.kind}/${object.metadata.name}`;

/** The template of a workload's pods. */
export const podOf = (object: Manifest): Manifest | null =>
  object?.spec?.template?.spec ? object.spec.template : null;

function podMistakes(object: Manifest, objects: readonly Manifest[]): readonly string[] {
  const { spec } = podOf(object);
  const claimed = (object.spec.volumeClaimTemplates ?? []).map(({ metadata }: Manifest) => metadata.name);
  const volumes = new Set<string>([...(spec.volumes ?? []).map(({ name }: Manifest) => name), ...claimed]);
  return [
    ...(spec.securityContext?.runAsNonRoot === true ? [] : ['may run as root']),
    ...(spec.enableServiceLinks === false ? [] : ["Services' variables may take our settings' names"]),
    ...tokenMistakes(spec, objects),
    ...spec.containers.flatMap((container: Manifest) => containerMistakes(container, volumes)),
    ...settingMistakes(spec.containers[0]),
  ];
}

/** Who has rights has a token of Kubernetes, and nobody else has. */
function tokenMistakes(spec: Manifest, objects: readonly Manifest[]): readonly string[] {
  const hasRights = objects
    .filter(({ kind }) => BINDINGS.has(kind))
    .some(({ subjects }) => subjects.some(({ name }: Manifest) => name === spec.serviceAccountName));
  const hasToken = spec.automountServiceAccountToken !== false;
  if (hasToken && !hasRights) return ['has a token of Kubernetes that nothing needs'];
  return hasRights && !hasToken ? ['has rights of Kubernetes, and no token for them'] : [];
}

const BINDINGS: ReadonlySet<string> = new Set(['RoleBinding', 'ClusterRoleBinding']);

function containerMistakes(container: Manifest, volumes: ReadonlySet<string>): readonly string[] {
  const { securityContext, ports = [], volumeMounts = [] } = container;
  const named = new Set(ports.map(({ name }: Manifest) => name));
  const places = volumeMounts.map(({ mountPath }: Manifest) => mountPath);
  const probes = ['startupProbe', 'livenessProbe', 'readinessProbe'].flatMap((of) => container[of] ?? []);
  return [
    ...(securityContext?.readOnlyRootFilesystem === true ? [] : ['can write its root']),
    ...(securityContext?.allowPrivilegeEscalation === false ? [] : ['may get more rights']),
    ...(String(securityContext?.capabilities?.drop) === 'ALL' ? [] : ['keeps capabilities']),
    ...['/data', '/tmp'].filter((one) => !places.includes(one)).map((one) => `cannot write ${one}`),
    ...volumeMounts
      .filter(({ name }: Manifest) => !volumes.has(name))
      .map(({ name }: Manifest) => `mounts ${name}, which is not there`),
    ...probes
      .filter(({ httpGet }: Manifest) => !named.has(httpGet.port))
      .map(({ httpGet }: Manifest) => `asks port ${httpGet.port}, which is not there`),
  ];
}

/** Would a process start with this environment? */
function settingMistakes({ env }: Manifest): readonly string[] {
  const names: string[] = env.map(({ name }: Manifest) => name);
  const clear = env.filter(({ name, value }: Manifest) => value !== undefined && isSecretSetting(name));
  return [
    ...names.filter((name, at) => names.indexOf(name) !== at).map((name) => `sets ${name} twice`),
    ...names.filter((name) => !KNOWN.has(name)).map((name) => `sets ${name}, which nothing reads`),
    ...clear.map(({ name }: Manifest) => `${name} is in clear`),
    ...refusedBy(Object.fromEntries(env.map(withValue))),
  ];
}

/** Ours, what the values of the tests pass on to others, and Node.js' own. */
const KNOWN: ReadonlySet<string> = new Set([...SETTINGS, 'AWS_REGION', 'NODE_EXTRA_CA_CERTS']);

/** Secrets hold what they should. */
const HELD: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://understudy:x@postgres:5432/understudy',
  REDIS_URL: 'redis://:x@redis:6379',
  SECRETS_KEY: Buffer.alloc(32).toString('base64'),
};
const withValue = ({ name, value }: Manifest): [string, string] => [
  name,
  value ?? HELD[name] ?? 'held by a secret',
];

function refusedBy(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    return [`is refused at its start: ${String(error)}`];
  }
}

/** What an object names must be among the others. */
function targetMistakes(object: Manifest, objects: readonly Manifest[]): readonly string[] {
  const { kind, spec } = object;
  if (kind === 'Service') return serviceMistakes(spec, objects);
  if (kind === 'PodDisruptionBudget') return selects(spec.selector.matchLabels, objects);
  if (kind === 'NetworkPolicy') return selects(spec.podSelector.matchLabels, objects);
  if (kind === 'HorizontalPodAutoscaler') return has(spec.scaleTargetRef, objects);
  if (kind === 'StatefulSet') return has({ kind: 'Service', name: spec.serviceName }, objects);
  if (kind === 'ServiceMonitor') return monitorMistakes(spec, objects);
  if (BINDINGS.has(kind)) return [object.roleRef, ...object.subjects].flatMap((one) => has(one, objects));
  if (kind !== 'Ingress') return [];
  const { service } = spec.rules[0].http.paths[0].backend;
  const found = objects.find((one) => one.kind === 'Service' && one.metadata.name === service.name);
  return found?.spec.ports.some(({ port }: Manifest) => port === service.port.number)
    ? []
    : [`leads to ${service.name}:${service.port.number}, which is not there`];
}

const has = ({ kind, name }: Manifest, objects: readonly Manifest[]): readonly string[] =>
  objects.some((one) => one.kind === kind && one.metadata.name === name)
    ? []
    : [`names ${kind}/${name}, which is not there`];

const matches = (labels: Manifest, wanted: Manifest): boolean =>
  Object.entries(wanted).every(([name, value]) => labels?.[name] === value);

const podsOf = (wanted: Manifest, objects: readonly Manifest[]): readonly Manifest[] =>
  objects.filter((one) => matches(podOf(one)?.metadata.labels, wanted));

const selects = (wanted: Manifest, objects: readonly Manifest[]): readonly string[] =>
  podsOf(wanted, objects).length === 1 ? [] : ['selects no pods, or those of several'];

function serviceMistakes({ selector, ports }: Manifest, objects: readonly Manifest[]): readonly string[] {
  const [pods] = podsOf(selector, objects);
  const open = new Set(podOf(pods)?.spec.containers[0].ports?.map(({ name }: Manifest) => name));
  return [
    ...selects(selector, objects),
    ...ports
      .filter(({ targetPort }: Manifest) => !open.has(targetPort))
      .map(({ targetPort }: Manifest) => `leads to port ${targetPort}, which is not there`),
  ];
}

function monitorMistakes({ selector, endpoints }: Manifest, objects: readonly Manifest[]): readonly string[] {
  const found = objects.filter(
    (one) => one.kind === 'Service' && matches(one.metadata.labels, selector.matchLabels),
  );
  const isOpen = found[0]?.spec.ports.some(({ name }: Manifest) => name === endpoints[0].port);
  return found.length === 1 && isOpen ? [] : ['finds no Service, or several, or not its port'];
}

import { type RouteTarget, urlsOf } from '#libs/traffic';
import { SERVICE_ANNOTATION } from './binding.ts';

/** A port of a Service. */
export interface ServicePort {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

/** `namespace/name:port` */
export const serviceText = ({ namespace, name, port }: ServicePort): string => `${namespace}/${name}:${port}`;

const VERSION = '{version}';
const LABEL = '[a-z0-9]([a-z0-9-]*[a-z0-9])?';
const TEMPLATE = new RegExp(`^(?<name>${LABEL})(\\.(?<namespace>${LABEL}))?:(?<port>\\d{1,5})$`);
const MOST_PORT = 65_535;

/**
 * Where a version answers, as a backend of a route.
 * @param template of the route's annotation, with the place of the version's number; `null`: by its serving URL
 * @param home the namespace of the route
 * @returns in words why it cannot be said
 */
export function serviceOf(
  target: Pick<RouteTarget, 'version' | 'url' | 'urls'>,
  template: string | null,
  home: string,
): ServicePort | string {
  return template === null ? byUrl(target) : byTemplate(target.version, template, home);
}

function byTemplate(version: number, template: string, home: string): ServicePort | string {
  const wrong = `the annotation ${SERVICE_ANNOTATION} is ${JSON.stringify(template)}: write a Service and its port with ${VERSION} in it, such as digits-v${VERSION}:8080 or digits-v${VERSION}.models:8080`;
  if (!template.includes(VERSION)) return wrong;
  const { name, namespace, port } =
    TEMPLATE.exec(template.replaceAll(VERSION, String(version)))?.groups ?? {};
  if (name === undefined || !isPort(port)) return wrong;
  return { name, namespace: namespace ?? home, port: Number(port) };
}

const isPort = (text: string | undefined): boolean => Number(text) > 0 && Number(text) <= MOST_PORT;

function byUrl(target: Pick<RouteTarget, 'version' | 'url' | 'urls'>): ServicePort | string {
  const urls = urlsOf(target);
  const who = `version ${target.version}`;
  if (urls.length > 1)
    return `${who} has ${urls.length} serving URLs: a route sends to a Service, which has its replicas; register the Service's URL, or set the annotation ${SERVICE_ANNOTATION}`;
  const { hostname, port, protocol, username, password, search } = new URL(target.url);
  if (username + password + search !== '')
    return `the serving URL of ${who} has a user or a query, which a route cannot send`;
  const [name, namespace, ...domain] = hostname.split('.');
  const isInside = ['svc', 'svc.cluster.local', 'svc.cluster.local.'].includes(domain.join('.'));
  if (name === undefined || namespace === undefined || !isInside)
    return `the serving URL of ${who} is at ${hostname}, which is no Service by its name: register http://NAME.NAMESPACE.svc:PORT, or set the annotation ${SERVICE_ANNOTATION}`;
  return { name, namespace, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) };
}

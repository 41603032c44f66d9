import { homedir } from 'node:os';
import path from 'node:path';

export const KUBERNETES = 'v1.34.4';
export const GATEWAY_API = 'v1.6.3';

const cache = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
/** Of the user, so that it outlives checkouts: it takes minutes to build. */
const folder = path.join(cache, 'understudy');

export const API_SERVER = path.join(folder, `kubernetes-${KUBERNETES}`, 'kube-apiserver');
/** Definitions of the Gateway API's resources (its standard channel). */
export const CRDS = path.join(folder, `gateway-api-${GATEWAY_API}`);

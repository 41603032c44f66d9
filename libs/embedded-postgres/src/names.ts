/** The cluster's superuser, and our database in it. */
export const USER = 'understudy';
export const DATABASE = 'understudy';
/** Nothing of ours: no secret reaches PostgreSQL, and no locale changes what it does. */
export const ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC' };

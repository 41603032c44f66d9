/**
 * What a data plane may lack, and tells the api of: `answers` are read, `streams` are timed event by event, `segments` of gates are counted, `shadow`
 * copies are sent and compared, `rings` of segments are known.
 */
export const PLANE_FEEDS = ['answers', 'streams', 'segments', 'shadow', 'rings'] as const;
export type PlaneFeed = (typeof PLANE_FEEDS)[number];

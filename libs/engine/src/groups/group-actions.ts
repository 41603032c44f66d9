/** What a person may do to a release group: one word for all of its members. */
export const GROUP_ACTIONS = ['approve', 'reject', 'promote', 'finish', 'abort'] as const;
export type GroupAction = (typeof GROUP_ACTIONS)[number];

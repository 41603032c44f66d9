/** What a person may do to a release group: one word for all of its members. */
export const GROUP_ACTIONS = ['approve', 'reject', 'promote', 'finish', 'abort'] as const;
export type GroupAction = (typeof GROUP_ACTIONS)[number];

/** What a person may say to a group: `retry` makes a new one. */
export const GROUP_WORDS = [...GROUP_ACTIONS, 'retry'] as const;
export type GroupWord = (typeof GROUP_WORDS)[number];

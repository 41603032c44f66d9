/** Who moved a rollout when no person did. */
export const ENGINE = 'engine';

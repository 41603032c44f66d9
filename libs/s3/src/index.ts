export { openS3, type OpenedS3, randomBetween, type S3Access, s3StatusOf } from './open-s3.ts';
export { pauseMs, S3_ATTEMPTS } from './retries.ts';

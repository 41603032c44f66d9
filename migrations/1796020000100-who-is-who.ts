import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who logged in under which names, and who made which token, is asked when somebody approves. */
export class WhoIsWho1796020000100 implements MigrationInterface {
  name = 'WhoIsWho1796020000100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX "IDX_cdec0f4efb518693be493040cd" ON "event"  ("type") WHERE "type" IN ('user.logged_in', 'token.issued', 'token.rotated')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "IDX_cdec0f4efb518693be493040cd"`);
  }
}

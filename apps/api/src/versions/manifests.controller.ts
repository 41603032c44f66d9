import { Body, Controller, Get, Inject, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type By, type Reach, registerVersion } from '#libs/engine';
import { Asking, Public, Reaching, Scopes } from '../access/access.guard.ts';
import { ModelIn } from '../access/model-access.ts';
import { Answer } from '../openapi/answer.ts';
import { REGISTER_VERSION_PORTS, type RegisterVersionPorts } from '../ports.ts';
import { shownRegistered } from './shown-version.ts';
import { manifestSchema } from './manifest-schema.ts';
import { registeredAnswer } from './version.answer.ts';
import { type Manifest, manifest } from './version.schema.ts';

/** `understudy.yaml`: a version as CI writes it down, with the name of its model. */
@ApiTags('versions')
@Controller('manifests')
export class ManifestsController {
  constructor(@Inject(REGISTER_VERSION_PORTS) private readonly ports: RegisterVersionPorts) {}

  @Post()
  @Scopes('publish')
  @ModelIn('manifest')
  @Answer(registeredAnswer, { status: 201, description: 'Registered' })
  @ApiOperation({
    summary:
      'Register the version of a manifest (YAML or JSON); its model is made, and its rollout started, unless it says otherwise',
  })
  async register(
    @Body({ schema: manifest }) { model, ...body }: Manifest,
    @Asking() by: By,
    @Reaching() reach: Reach,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    let shown: Awaited<ReturnType<typeof shownRegistered>> | undefined;
    const { version } = await registerVersion(
      this.ports,
      model,
      { ...body, reach },
      by,
      async (stores, registered) => {
        shown = await shownRegistered(stores, model, registered);
      },
    );
    void reply.header('location', `/api/v1/models/${encodeURIComponent(model)}/versions/${version.version}`);
    return shown;
  }

  @Get('schema')
  @Public()
  @Answer(z.looseObject({ $schema: z.string() }))
  @ApiOperation({ summary: 'The JSON Schema of a manifest, for editors' })
  schema() {
    return manifestSchema();
  }
}

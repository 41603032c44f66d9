import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { basePathOf } from '#libs/kernel';
import { completeDocument } from './complete-document.ts';

/**
 * OpenAPI 3.1, from the controllers and their schemas.
 * @param publicUrl named as a server, after the one that the document is from; `null`: none is named
 */
export function openApiDocument(app: INestApplication, publicUrl: string | null = null): OpenAPIObject {
  const head = new DocumentBuilder()
    .setTitle('Understudy')
    .setDescription(
      'Model registry and canary rollout control plane. Errors are application/problem+json with a stable code; /api/2.0/mlflow answers as MLflow does.',
    )
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth()
    .addBasicAuth({ type: 'http', scheme: 'basic', description: 'The token as the password' }, 'basic')
    .addSecurityRequirements('bearer');
  if (publicUrl !== null)
    head
      .addServer(basePathOf(publicUrl) || '/', 'Where this document is from')
      .addServer(publicUrl, 'PUBLIC_URL');
  return completeDocument(SwaggerModule.createDocument(app, head.build()));
}

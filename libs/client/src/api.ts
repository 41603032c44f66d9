/** Made by `npm run client` from OpenAPI. */

export interface paths {
  '/api/2.0/mlflow/model-versions/create': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Register a version */
    post: operations['ModelVersionsController_create'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/2.0/mlflow/model-versions/delete': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Delete a version */
    delete: operations['ModelVersionsController_remove'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/2.0/mlflow/model-versions/delete-tag': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Remove a tag */
    delete: operations['ModelVersionsController_deleteTag'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/2.0/mlflow/model-versions/get': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One version */
    get: operations['ModelVersionsController_get'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/2.0/mlflow/model-versions/get-download-uri': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Where the files are */
    get: operations['ModelVersionsController_downloadUri'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/2.0/mlflow/model-versions/search': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Versions, searched */
    get: operations['ModelVersionsController_search'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/2.0/mlflow/model-versions/set-tag': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Set a tag */
    post: operations['ModelVersionsController_setTag'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/2.0/mlflow/model-versions/transition-stage': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Move a version to a stage */
    post: operations['ModelVersionsController_transition'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/2.0/mlflow/model-versions/update': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** Change the description */
    patch: operations['ModelVersionsController_update'];
    trace?: never;
  };
  '/api/2.0/mlflow/registered-models/alias': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The version that an alias points at */
    get: operations['RegisteredModelsController_getByAlias'];
    put?: never;
    /** Point an alias at a version */
    post: operations['RegisteredModelsController_setAlias'];
    /** Remove an alias */
    delete: operations['RegisteredModelsController_deleteAlias'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/2.0/mlflow/registered-models/create': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Create a model */
    post: operations['RegisteredModelsController_create'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/2.0/mlflow/registered-models/delete': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Delete a model */
    delete: operations['RegisteredModelsController_remove'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/2.0/mlflow/registered-models/delete-tag': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Remove a tag */
    delete: operations['RegisteredModelsController_deleteTag'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/2.0/mlflow/registered-models/get': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One model */
    get: operations['RegisteredModelsController_get'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/2.0/mlflow/registered-models/get-latest-versions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The newest version of each stage */
    get: operations['RegisteredModelsController_latest'];
    put?: never;
    /** The newest version of each stage */
    post: operations['RegisteredModelsController_latestByPost'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/2.0/mlflow/registered-models/rename': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Give a model another name */
    post: operations['RegisteredModelsController_rename'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/2.0/mlflow/registered-models/search': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Models, searched */
    get: operations['RegisteredModelsController_search'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/2.0/mlflow/registered-models/set-tag': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Set a tag */
    post: operations['RegisteredModelsController_setTag'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/2.0/mlflow/registered-models/update': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** Change the description */
    patch: operations['RegisteredModelsController_update'];
    trace?: never;
  };
  '/api/v1/artifacts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Upload an artifact; the answer says its digest */
    post: operations['ArtifactsController_create'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/artifacts/{digest}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Download an uploaded artifact; byte ranges are served */
    get: operations['ArtifactsController_show'];
    /** Upload an artifact whose digest is known; anything else is refused */
    put: operations['ArtifactsController_replace'];
    post?: never;
    delete?: never;
    options?: never;
    /** Is an artifact here? */
    head: operations['ArtifactsController_head'];
    patch?: never;
    trace?: never;
  };
  '/api/v1/audit': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What happened, newest first: of one model, or of all */
    get: operations['AuditController_list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/audit/exports': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Files that old events were exported to, oldest first */
    get: operations['AuditController_exports'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/audit/verify': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Compute every hash of the record again: is it as it was written? */
    get: operations['AuditController_verify'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/callback': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Where the OpenID provider sends people back to */
    get: operations['LoginController_finish'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/ci': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A CI job's OIDC token for a token of ours, bound to the models of its source; each is taken once */
    post: operations['CiLoginController_login'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/login': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Log in at the OpenID provider, in a browser */
    get: operations['LoginController_begin'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/logout': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** End the session of this browser */
    post: operations['LoginController_logout'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/me': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who you are here, and what you may do */
    get: operations['LoginController_me'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/methods': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How people can log in, and whether this browser has */
    get: operations['LoginController_methods'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/feedback': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** What became of answers: clicks, purchases, late labels; by receipt, request id or unit. A repeat counts once */
    post: operations['FeedbackController_take'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/fleet': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Data planes that were heard of in the last day, their releases, the routes that they have acknowledged, what they have dropped, and whether workers are there */
    get: operations['FleetController_show'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/gateway/evidence': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** One batch of evidence, acknowledged routes and local trips, each entry by itself; a repeat is acknowledged and ignored */
    post: operations['GatewayController_evidence'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/gateway/routes': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All routes, then every change, as one JSON object a line for as long as the connection and the token last */
    get: operations['GatewayController_stream'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/manifests': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Register the version of a manifest (YAML or JSON); its model is made, and its rollout started, unless it says otherwise */
    post: operations['ManifestsController_register'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/manifests/schema': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The JSON Schema of a manifest, for editors */
    get: operations['ManifestsController_schema'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/model-settings': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The settings of models, as POST takes them */
    get: operations['ModelSettingsController_show'];
    put?: never;
    /** Make models be as a file says (YAML or JSON), all of them or none. What is left out stays as it is; what is so already is not written. A model that is not there is made (needs publish, too) */
    post: operations['ModelSettingsController_apply'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/model-settings/plan': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** What POST /model-settings would change, or refuse; nothing is changed. The ETag is of what is there now: sent as If-Match, it has done what was shown, or nothing */
    post: operations['ModelSettingsController_plan'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All models, by name unless `orderBy` says otherwise; `filter` as in MLflow */
    get: operations['ModelsController_list'];
    put?: never;
    /** Create a model; when it exists, it is returned as it is with 200. A gate of its policy that could not be judged yet is named in the header Warning */
    post: operations['ModelsController_create'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models/{model}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One model */
    get: operations['ModelsController_show'];
    put?: never;
    post?: never;
    /** Delete a model of which nothing serves; its record stays, its name is free again */
    delete: operations['ModelsController_remove'];
    options?: never;
    head?: never;
    /** Change name, description, tags (null removes one), how versions from MLflow are released, or the output spec of versions that bring none */
    patch: operations['ModelsController_edit'];
    trace?: never;
  };
  '/api/v1/models/{model}/actions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What an admin may do to a model now, and why not the rest: decided by what carries it out. Whether a server is ready in this second is asked when it is done */
    get: operations['PrimaryController_actions'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models/{model}/aliases': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All aliases of a model, the primary among them */
    get: operations['AliasesController_list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models/{model}/aliases/{alias}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Where an alias points */
    get: operations['AliasesController_show'];
    /** Point an alias at a version; it moves from wherever it pointed */
    put: operations['AliasesController_set'];
    post?: never;
    /** Remove an alias; the version stays */
    delete: operations['AliasesController_remove'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models/{model}/callers': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How gateways tell the callers of this model apart */
    get: operations['ModelDocumentsController_callers'];
    /** Replace where the unit of a request is read (a header, a cookie or a JSON path), whether it may be repeated, and which requests are predictions */
    put: operations['ModelDocumentsController_replaceCallers'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models/{model}/environment': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Where the model stands in a chain of environments, such as dev, staging, prod */
    get: operations['ModelDocumentsController_environment'];
    /** Replace the environment; {} takes it away. With `after`, only artifacts that are proven in that model are released here; only an admin changes or removes that (403 environment_guarded) */
    put: operations['ModelDocumentsController_replaceEnvironment'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models/{model}/golden': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The golden requests of a model */
    get: operations['ModelDocumentsController_golden'];
    /** Replace the golden requests: what every version must answer before any traffic */
    put: operations['ModelDocumentsController_replaceGolden'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models/{model}/policy': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The policy that new rollouts of this model follow. With `Accept: application/yaml` as its author wrote it, comments and order included, where it was set as YAML */
    get: operations['ModelDocumentsController_policy'];
    /** Replace the policy; rollouts that run keep the copy they started with. One with four eyes is loosened by admins only (403 policy_looser). A gate that no worker can judge, or that the callers of the latest rollouts are too few to prove and a step that their traffic cannot end are named in the header Warning */
    put: operations['ModelDocumentsController_replacePolicy'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models/{model}/prices': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What a million of the model's tokens cost, for gates on cost_mean */
    get: operations['ModelDocumentsController_prices'];
    /** Replace the prices, in one currency; {} takes them away. 409 rollout_running while a rollout judges cost by the old ones */
    put: operations['ModelDocumentsController_replacePrices'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models/{model}/primaries': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** When which version was primary, the newest time first */
    get: operations['PrimariesController_list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models/{model}/promote': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Make a version primary at once, without steps; 409 when its server is not ready, unless `force`, and while a freeze window is open, unless `overrideFreeze`. Say what you saw by If-Match with the ETag of the route */
    post: operations['PrimaryController_promote'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models/{model}/resolve': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Which version a unit gets: for callers that no gateway stands before */
    get: operations['RoutesController_resolve'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models/{model}/retire': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Take a model out of service on purpose: callers get 410 with the reason, its rollouts end, none starts until it serves again. A repeat changes nothing. Say what you saw by If-Match with the ETag of the route */
    post: operations['PrimaryController_retire'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models/{model}/rollback': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Go back at once: a candidate leaves the traffic, or the last proven primary that answers (or the named version) serves again; 409 when nobody answers there, unless `force`. Say what you saw by `from`, or by If-Match with the ETag of the route; without, a repeat within ten seconds does nothing, and `outcome` says so */
    post: operations['PrimaryController_rollback'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models/{model}/rollouts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The rollouts of a model, or of one version of it, newest first */
    get: operations['RolloutsController_list'];
    put?: never;
    /** Start a rollout of a version; its own policy may only tighten the model's (403 policy_looser). What becomes of one that runs for another version is for that one's policy to say. 409 not_proven_before while its artifact is not proven in the environment before. With startAt it waits until then; asking again with another startAt moves it */
    post: operations['RolloutsController_start'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models/{model}/route': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What gateways serve by */
    get: operations['RoutesController_show'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models/{model}/segments': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Named groups of the callers of this model */
    get: operations['SegmentsController_show'];
    /** Replace the named groups of callers, by the values of a header or of a place in the body, or by a list of units; {} takes all away */
    put: operations['SegmentsController_replace'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models/{model}/unretire': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Have a retired model serve again: the last proven version that served, or the named one; 409 when nobody answers there, unless `force`. One that is not running is deployed first. A repeat changes nothing. Say what you saw by If-Match with the ETag of the route */
    post: operations['PrimaryController_unretire'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models/{model}/versions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The versions of a model, newest first unless `orderBy` says otherwise; `filter` as in MLflow */
    get: operations['VersionsController_list'];
    put?: never;
    /** Register a version, and start its rollout when `rollout` says so; its own policy may only tighten the model's (403 policy_looser) */
    post: operations['VersionsController_register'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models/{model}/versions/{version}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One version */
    get: operations['VersionsController_show'];
    put?: never;
    post?: never;
    /** Delete a version that does not serve, is in no live rollout and is not what a rollback would go back to; its record stays */
    delete: operations['VersionsController_remove'];
    options?: never;
    head?: never;
    /** Change the description or tags of a version, say where it answers while nothing runs on it, or (operators) correct its output spec; the rest of it never changes */
    patch: operations['VersionsController_edit'];
    trace?: never;
  };
  '/api/v1/models/{model}/versions/{version}/card': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The model card of this version, in Markdown */
    get: operations['VersionFactsController_card'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models/{model}/versions/{version}/compatibility': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Can callers of another version (the primary, unless `with` names one) go on as they are? */
    get: operations['VersionFactsController_compatibility'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models/{model}/versions/{version}/lineage': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What feeds this version, and what consumes it */
    get: operations['VersionFactsController_lineage'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models/{model}/versions/{version}/metrics': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The series of one metric by step, or of all by name */
    get: operations['VersionFactsController_series'];
    put?: never;
    /** Add evaluation metrics to a version; the same name and step again replaces the value */
    post: operations['VersionFactsController_addMetrics'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models/{model}/versions/{version}/score': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The version by Google's ML Test Score: what Understudy checks, what CI attached, what is missing */
    get: operations['VersionFactsController_score'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/policies/validate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Check a policy (JSON or YAML): 422 with the place of every mistake, or the plan in words */
    post: operations['PoliciesController_validate'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/release-groups': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Release groups, newest first; with `live=true` those that have not ended */
    get: operations['ReleaseGroupsController_list'];
    put?: never;
    /** Release versions of several models together: each earns promotion by its own policy, all become primary in the same moment, and when one fails all go back */
    post: operations['ReleaseGroupsController_start'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/release-groups/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One release group with the rollouts of its members */
    get: operations['ReleaseGroupsController_show'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/release-groups/{id}/abort': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** promote: all become primary now; finish: the bakes of all end well; abort: all go back. 409 group_not_ready says which members are not there yet. Say what you saw by If-Match */
    post: operations['ReleaseGroupsController_steer[2]'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/release-groups/{id}/approve': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Approve all members, once each stands at its approval step; or refuse all of them. Say what you saw by If-Match; without, a repeat of approve within ten seconds does nothing, and `outcome` says so */
    post: operations['ReleaseGroupsController_judge[0]'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/release-groups/{id}/finish': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** promote: all become primary now; finish: the bakes of all end well; abort: all go back. 409 group_not_ready says which members are not there yet. Say what you saw by If-Match */
    post: operations['ReleaseGroupsController_steer[1]'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/release-groups/{id}/promote': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** promote: all become primary now; finish: the bakes of all end well; abort: all go back. 409 group_not_ready says which members are not there yet. Say what you saw by If-Match */
    post: operations['ReleaseGroupsController_steer[0]'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/release-groups/{id}/reject': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Approve all members, once each stands at its approval step; or refuse all of them. Say what you saw by If-Match; without, a repeat of approve within ten seconds does nothing, and `outcome` says so */
    post: operations['ReleaseGroupsController_judge[1]'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/release-groups/{id}/retry': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Release the versions of a group that has gone back once more, each by the policy that it had; the answer is the new group. 409 group_live while a member is under way */
    post: operations['ReleaseGroupsController_retry'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/release-groups/manifest': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Register a version of each of several models (YAML or JSON) and release them together, all or nothing. A repeat is told by its Idempotency-Key */
    post: operations['ReleaseGroupsController_register'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/rollouts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Rollouts of all models, newest first; with `live=true` those that have not ended, with `ended=true` those that have, the latest end first, with `waitsFor=person` those of them that wait for a person */
    get: operations['RolloutsController_listAll'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/rollouts/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One rollout with its latest verdicts and decision */
    get: operations['RolloutsController_show'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/rollouts/{id}/abort': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A person acts on a rollout; 409 says which actions are legal now. retry answers the new rollout. Say what you saw by `step`, or by If-Match with the ETag of the rollout; without, a repeat of skip or approve within ten seconds does nothing, and `outcome` says so */
    post: operations['RolloutsController_act[4]'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/rollouts/{id}/approve': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Approve or reject; `digest` and `policyHash` say what you saw: 409 when it is another by now */
    post: operations['RolloutsController_judge[0]'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/rollouts/{id}/distributions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Histograms of outputs, confidence and inputs: of both arms and of the training data */
    get: operations['RolloutsController_distributions'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/rollouts/{id}/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What happened to a rollout, in order */
    get: operations['RolloutsController_events'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/rollouts/{id}/evidence': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What was counted, per step and arm */
    get: operations['RolloutsController_evidence'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/rollouts/{id}/pause': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A person acts on a rollout; 409 says which actions are legal now. retry answers the new rollout. Say what you saw by `step`, or by If-Match with the ETag of the rollout; without, a repeat of skip or approve within ten seconds does nothing, and `outcome` says so */
    post: operations['RolloutsController_act[0]'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/rollouts/{id}/promote': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A person acts on a rollout; 409 says which actions are legal now. retry answers the new rollout. Say what you saw by `step`, or by If-Match with the ETag of the rollout; without, a repeat of skip or approve within ten seconds does nothing, and `outcome` says so */
    post: operations['RolloutsController_act[3]'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/rollouts/{id}/reject': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Approve or reject; `digest` and `policyHash` say what you saw: 409 when it is another by now */
    post: operations['RolloutsController_judge[1]'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/rollouts/{id}/replay': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Decide again what was recorded, by its own policy or by another one; nothing is changed */
    post: operations['RolloutsController_replay'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/rollouts/{id}/resume': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A person acts on a rollout; 409 says which actions are legal now. retry answers the new rollout. Say what you saw by `step`, or by If-Match with the ETag of the rollout; without, a repeat of skip or approve within ten seconds does nothing, and `outcome` says so */
    post: operations['RolloutsController_act[1]'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/rollouts/{id}/retry': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A person acts on a rollout; 409 says which actions are legal now. retry answers the new rollout. Say what you saw by `step`, or by If-Match with the ETag of the rollout; without, a repeat of skip or approve within ten seconds does nothing, and `outcome` says so */
    post: operations['RolloutsController_act[5]'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/rollouts/{id}/samples': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The worst disagreements of a rollout's shadow: the request and both answers */
    get: operations['RolloutsController_samples'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/rollouts/{id}/share': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Make a link that shows this rollout, and nothing else, to whoever has it, without a login. It is on the record; it ends by itself and cannot be called back */
    post: operations['SharedRolloutsController_share'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/rollouts/{id}/skip': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A person acts on a rollout; 409 says which actions are legal now. retry answers the new rollout. Say what you saw by `step`, or by If-Match with the ETag of the rollout; without, a repeat of skip or approve within ten seconds does nothing, and `outcome` says so */
    post: operations['RolloutsController_act[2]'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/shared-rollouts/{link}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The page of a shared rollout: no token is asked for, the link is enough */
    get: operations['SharedRolloutsController_page'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/shared-rollouts/{link}/card.png': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The picture of a shared rollout, at most ten seconds old while it lives */
    get: operations['SharedRolloutsController_card'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/stream': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What happens, as server-sent events for as long as the connection and the token last; ask for what has changed */
    get: operations['StreamController_stream'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/subscriptions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All subscriptions, without their secrets */
    get: operations['SubscriptionsController_list'];
    put?: never;
    /** Subscribe a URL; the answer shows what deliveries are signed with, and nothing shows it again */
    post: operations['SubscriptionsController_create'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/subscriptions/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One subscription */
    get: operations['SubscriptionsController_show'];
    put?: never;
    post?: never;
    /** Unsubscribe; what waits for it is forgotten */
    delete: operations['SubscriptionsController_remove'];
    options?: never;
    head?: never;
    /** Change it; a disabled one that is made active gets what waits for it */
    patch: operations['SubscriptionsController_edit'];
    trace?: never;
  };
  '/api/v1/subscriptions/{id}/deliveries': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What was sent, what waits, and what was given up (`state=dead`), newest first */
    get: operations['SubscriptionsController_deliveries'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/subscriptions/{id}/deliveries/{delivery}/replay': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send one that was given up again */
    post: operations['SubscriptionsController_replayOne'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/subscriptions/{id}/deliveries/replay': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send everything that was given up again, with the identity that it had */
    post: operations['SubscriptionsController_replayAll'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/subscriptions/{id}/rotate-secret': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A new secret; until the overlap is over, deliveries are signed with the old one too */
    post: operations['SubscriptionsController_rotate'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/tokens': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All tokens, without the tokens themselves */
    get: operations['TokensController_list'];
    put?: never;
    /** Make a token; the answer shows it, and nothing shows it again */
    post: operations['TokensController_create'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/tokens/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Revoke a token */
    delete: operations['TokensController_remove'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/tokens/{id}/rotate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A new token with the same rights; the old one goes on for the overlap */
    post: operations['TokensController_rotate'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhook-sources': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All sources, without their secrets */
    get: operations['WebhookSourcesController_list'];
    put?: never;
    /** Add a source; the answer shows its secret, and nothing shows it again */
    post: operations['WebhookSourcesController_create'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhook-sources/{name}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Remove a source */
    delete: operations['WebhookSourcesController_remove'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhooks/github/{source}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** GitHub: workflow_run (completed), release (published) or repository_dispatch registers a version */
    post: operations['WebhooksController_github'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhooks/gitlab/{source}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** GitLab: a pipeline that succeeded, or a new release, registers a version */
    post: operations['WebhooksController_gitlab'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhooks/standard/{source}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Standard Webhooks (CloudEvents too): type "version.registered", data is a version manifest */
    post: operations['WebhooksController_standard'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/healthz': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Is the process alive? */
    get: operations['healthz'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/metrics': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Figures for Prometheus */
    get: operations['metrics'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/readyz': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Can it do its work? */
    get: operations['readyz'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    __schema0: unknown;
    __schema1: unknown;
    ActedOnRollout: {
      /** @description What is wrong with the evidence itself, in spite of which a person has resumed it in this step, or has made the version primary */
      acceptedFaults: string[];
      approvals: ({
        /** Format: date-time */
        at: string;
        by: string;
        digest?: string | null;
        policyHash?: string;
        reason: string;
        step: number;
        version: number;
      } & {
        [key: string]: unknown;
      })[];
      checks: components['schemas']['CheckResult'][] | null;
      /** Format: date-time */
      createdAt: string;
      createdBy: string;
      /** @description The last one; `waitingFor` says how it stands now */
      decision:
        | ({
            /** Format: date-time */
            at: string;
            because: string;
            /** @enum {string} */
            kind: 'hold' | 'advance' | 'promote' | 'rollback' | 'pause';
            /** @description Of the rollout, that it was made at. A lower one than `revision`: it has moved since */
            revision?: number;
          } & {
            [key: string]: unknown;
          })
        | null;
      endedAt: string | null;
      /** @description The version's error budget: it is not given anew to each try */
      errorBudget: {
        /** @description What this try may spend: good versions that it rolls back */
        alpha: number;
        /** @description Which try of its artifact; null: of before tries were counted */
        attempt: number | null;
        /** @description What a gate of this try may spend: bad versions that it takes for proven */
        beta: number;
        /** @description What of the policy's alpha earlier tries could spend */
        spentBefore: number;
      } & {
        [key: string]: unknown;
      };
      /** @description The primary when it started */
      from: number | null;
      /** @description The release group whose members become primary together with it; null: it goes by itself */
      groupId: string | null;
      id: string;
      /** @enum {string} */
      intent: 'release' | 'rollback';
      /** @description What would be carried out now, if an admin said it who had no hand in the version (with overrideFreeze while a freeze window is open). In lists: by the rollout alone, whatever its model, its environment and its server say */
      legalActions: ('pause' | 'resume' | 'approve' | 'reject' | 'skip' | 'promote' | 'abort' | 'retry')[];
      model: string;
      /** @description Why nothing was done, where it was so already */
      outcome: string | null;
      /** @description An admin released it though its artifact was not proven in the environment before */
      overridesEnvironment: boolean;
      overridesFreeze: boolean;
      policy: unknown;
      policyHash: string;
      /** @description It waits for its start, or for the rollout before it */
      queued: boolean;
      reason: string;
      revision: number;
      /** @description Not before this time; null: as soon as it can */
      startAt: string | null;
      /** @enum {string} */
      state:
        | 'pending'
        | 'running'
        | 'paused'
        | 'awaiting_approval'
        | 'baking'
        | 'succeeded'
        | 'rolled_back'
        | 'aborted'
        | 'superseded';
      step:
        | ({
            clockStoppedAt: string | null;
            index: number;
            kind: string;
            /** @description Of a ring: only their members get the candidate */
            segments: string[] | null;
            startedAt: string | null;
            /** @description Basis points: 1 is 0.01 %. Of everybody, or of the members of the segments */
            weight: number | null;
          } & {
            [key: string]: unknown;
          })
        | null;
      /** @description Who gets what by the route that is published; null: the route is none of this rollout. Left out in lists */
      traffic?: components['schemas']['RolloutTraffic'] | null;
      verdicts: components['schemas']['GateVerdict'][];
      version: number;
      /** @description Why nothing moves, in one sentence, as the rollout stands in this answer, also in that to a command; asked for by itself, with how long it still takes, and who paused it */
      waitingFor: string | null;
    } & {
      [key: string]: unknown;
    };
    ActedReleaseGroup: {
      /** Format: date-time */
      createdAt: string;
      createdBy: string;
      id: string;
      /** @description What would be carried out now, if an admin said it who had no hand in the versions (with overrideFreeze while a freeze window is open). Left out in lists */
      legalActions?: ('approve' | 'reject' | 'promote' | 'finish' | 'abort' | 'retry')[];
      /** @description Each model's rollout, by the model's name */
      members: components['schemas']['Rollout'][];
      /** @description Why nothing was done, where it was so already */
      outcome: string | null;
      reason: string;
      /** @description Grows with every change of state of a member */
      revision: number;
      /**
       * @description succeeded: each version became a proven primary; rolled_back: one failed, and all went back
       * @enum {string}
       */
      state: 'live' | 'succeeded' | 'rolled_back';
    } & {
      [key: string]: unknown;
    };
    Alias: {
      alias: string;
      version: number;
    } & {
      [key: string]: unknown;
    };
    Artifact: {
      digest: string;
      download: string;
      /** @description Bytes */
      size: number;
    } & {
      [key: string]: unknown;
    };
    AuditReport: {
      breaks: ({
        because: string;
        model: string;
        sequence: number;
      } & {
        [key: string]: unknown;
      })[];
      /** @description Events that only files have (`GET /audit/exports`): `understudy audit verify --exports` reads those too */
      detached: number;
      /** @description Events that were read in the database */
      events: number;
      /** @description Keep them elsewhere, and a chain that was made anew is noticed too */
      heads: ({
        hash: string;
        model: string;
        sequence: number;
      } & {
        [key: string]: unknown;
      })[];
      intact: boolean;
      models: number;
    } & {
      [key: string]: unknown;
    };
    BatchAnswer: {
      /** @description Models of which it wants to know whether their primary answers callers */
      asks: string[];
      /** @description false: the batch is a repeat */
      counted: boolean;
      /** @description The version of the messages that this api speaks */
      protocol: number;
      /** @description The first 100 of them */
      refused: ({
        index: number | null;
        /** @enum {string} */
        list: 'trips' | 'acknowledged' | 'primaries' | 'entries' | 'samples' | 'textPairs' | 'served';
        model: string | null;
        pointer: string;
        reason: string;
        rolloutId: string | null;
      } & {
        [key: string]: unknown;
      })[];
      /** @description Entries that were not taken, while the others were */
      refusedCount: number;
    } & {
      [key: string]: unknown;
    };
    CallerSegments: {
      [key: string]:
        | {
            /** @description Its value, or one of a list with commas, is compared; no header that holds a credential */
            header: string;
            /** @description Whoever has one of these is in the segment */
            values: string[];
          }
        | {
            /** @description In the request body; of an array, its items are compared */
            jsonPath: string;
            /** @description Whoever has one of these is in the segment */
            values: string[];
          }
        | {
            /** @description As the caller rules read them: users, sessions, devices. Blanks around them are taken away */
            units: string[];
          };
    };
    CheckResult: {
      because: string;
      check: string;
      /** @enum {string} */
      outcome: 'pass' | 'fail' | 'skipped';
      saw: {
        [key: string]: unknown;
      };
    } & {
      [key: string]: unknown;
    };
    ComparedPolicy: {
      /** @description Distinct units in a step of its latest rollouts; null: not known yet */
      callers: number | null;
      /** @description In what this policy is looser, or tighter, than the model's present one */
      changes: ({
        after: string;
        before: string;
        /** @enum {string} */
        kind: 'looser' | 'tighter';
        pointer: string;
      } & {
        [key: string]: unknown;
      })[];
      /** @description By the steps of its latest rollouts; null: not known yet */
      requestsPerSecond: number | null;
    } & {
      [key: string]: unknown;
    };
    Compatibility: {
      because: string;
      breaks: string[];
      comparedWith: number;
      /** @description null: it cannot be told */
      compatible: boolean | null;
      notCompared: string[];
      version: number;
    } & {
      [key: string]: unknown;
    };
    DataPlane: {
      /** @description Models of whose route it has acknowledged some revision */
      acknowledged: number;
      /** @description Models whose newest revision it has not acknowledged */
      behind: number;
      /** @description Copies of shadows that it has not made since it started */
      droppedCopies: number | null;
      /** @description The first 20 of them, published longest ago first; `revision` 0: none yet */
      firstBehind: ({
        model: string;
        newest: number;
        /** Format: date-time */
        publishedAt: string;
        revision: number;
      } & {
        [key: string]: unknown;
      })[];
      heardAt: string | null;
      /** @description `GATEWAY_ID` */
      id: string;
      /** @description What it is; null, here and below: it does not say, as releases of before */
      kind: ('gateway' | 'envoy' | 'kubernetes') | null;
      /** @description Requests whose evidence it has lost since it started */
      lostRequests: number | null;
      /** @description Envoys that have their routes from it */
      proxies: number | null;
      /** @description The release of Understudy that it runs */
      release: string | null;
      /** @description How long before it said so its routes were known to be the newest ones */
      routesAgeMs: number | null;
      /**
       * @description serving; behind: alive, and it has not acknowledged a route that was published more than 3 s ago: steps of that model wait for it; silent: not heard of for `silentAfterMs`: nobody waits for it; reporting: it brings what others have counted, and serves nobody
       * @enum {string}
       */
      state: 'serving' | 'behind' | 'silent' | 'reporting';
    } & {
      [key: string]: unknown;
    };
    Delivery: {
      attempts: number;
      id: string;
      lastError: string | null;
      lastStatus: number | null;
      model: string | null;
      nextAt: string | null;
      sequence: number;
      /** @enum {string} */
      state: 'waiting' | 'delivered' | 'dead';
      type: string;
    } & {
      [key: string]: unknown;
    };
    Event: {
      actor: string;
      /** Format: date-time */
      at: string;
      data: {
        [key: string]: unknown;
      };
      hash: string;
      /** @description null: of the installation, such as a token or a refusal */
      model: string | null;
      rolloutId: string | null;
      sequence: number;
      type: string;
    } & {
      [key: string]: unknown;
    };
    EventExport: {
      /** @description null: not all of its events have left the database */
      detachedAt: string | null;
      events: number;
      file: string;
      /**
       * Format: date-time
       * @description The earliest of its events
       */
      firstAt: string;
      /** @description Ed25519, the public one (SPKI, base64): keep it elsewhere */
      key: string;
      /** Format: date-time */
      lastAt: string;
      /** Format: date-time */
      madeAt: string;
      number: number;
      /** @description The folder that it was written to */
      place: string;
      sha256: string;
    } & {
      [key: string]: unknown;
    };
    FeedbackReport: {
      counted: number;
      refused: {
        [key: string]: unknown;
      }[];
      repeated: number;
      /** @description Of requests or units that no rollout knows */
      unattributed: number;
    } & {
      [key: string]: unknown;
    };
    Fleet: {
      /**
       * Format: date-time
       * @description When it was looked up: some seconds ago where that takes long, 10 s at most
       */
      at: string;
      /** @description What some connected data plane feeds gates with */
      feeds: ('answers' | 'streams' | 'segments' | 'shadow' | 'rings')[];
      /** @description That have a route */
      models: number;
      /** @description Gateways, xDS servers with their Envoys, Kubernetes routers, by name */
      planes: components['schemas']['DataPlane'][];
      silentAfterMs: number;
      workers: {
        /** @description One has spoken in the last 30 s */
        alive: boolean;
        /** @description When one spoke last; null: none did in the last day */
        heardAt: string | null;
        /** @description What they can ask beside counts: judge, embedder, source:<name> */
        judges: string[];
      } & {
        [key: string]: unknown;
      };
    } & {
      [key: string]: unknown;
    };
    GateVerdict: {
      because: string;
      dryRun: boolean;
      estimate: number | null;
      gate: string;
      interval: {
        lower: number | null;
        upper: number | null;
      } & {
        [key: string]: unknown;
      };
      margin: number | null;
      /** @enum {string} */
      onFail: 'rollback' | 'pause';
      segment: string | null;
      /** @enum {string} */
      verdict: 'pass' | 'fail' | 'undecided' | 'no_data';
    } & {
      [key: string]: unknown;
    };
    Lineage: {
      /** @description `from` feeds `to` */
      edges: ({
        from: {
          model: string;
          version: number;
        } & {
          [key: string]: unknown;
        };
        to: {
          model: string;
          version: number;
        } & {
          [key: string]: unknown;
        };
      } & {
        [key: string]: unknown;
      })[];
      nodes: ({
        dataset: {
          [key: string]: string;
        };
        /** @description null: hidden */
        deleted: boolean | null;
        /** @enum {string} */
        direction: 'self' | 'upstream' | 'downstream';
        distance: number;
        /** @description Of a model that you may not see: its name and number, and no more */
        hidden: boolean;
        model: string;
        /** @description null: hidden */
        serves: boolean | null;
        source: {
          [key: string]: string;
        };
        version: number;
      } & {
        [key: string]: unknown;
      })[];
      truncated: boolean;
    } & {
      [key: string]: unknown;
    };
    /** @description An error as MLflow answers it */
    MlflowError: {
      error_code: string;
      message: string;
    } & {
      [key: string]: unknown;
    };
    MlflowModelVersion: {
      aliases: string[];
      creation_timestamp: number;
      current_stage: string;
      description: string;
      last_updated_timestamp: number;
      name: string;
      run_id: string;
      run_link: string;
      source: string;
      status: string;
      tags: ({
        key: string;
        value: string;
      } & {
        [key: string]: unknown;
      })[];
      user_id: string;
      version: string;
    } & {
      [key: string]: unknown;
    };
    MlflowRegisteredModel: {
      aliases: ({
        alias: string;
        version: string;
      } & {
        [key: string]: unknown;
      })[];
      creation_timestamp: number;
      description?: string;
      last_updated_timestamp: number;
      latest_versions: components['schemas']['MlflowModelVersion'][];
      name: string;
      tags: ({
        key: string;
        value: string;
      } & {
        [key: string]: unknown;
      })[];
    } & {
      [key: string]: unknown;
    };
    MlTestScore: {
      meaning: string;
      score: number;
      sections: {
        data: {
          points: number;
          tests: ({
            because: string;
            /** @enum {string} */
            by: 'understudy' | 'ci' | 'missing';
            id: string;
            points: number;
            title: string;
          } & {
            [key: string]: unknown;
          })[];
        } & {
          [key: string]: unknown;
        };
        infra: {
          points: number;
          tests: ({
            because: string;
            /** @enum {string} */
            by: 'understudy' | 'ci' | 'missing';
            id: string;
            points: number;
            title: string;
          } & {
            [key: string]: unknown;
          })[];
        } & {
          [key: string]: unknown;
        };
        model: {
          points: number;
          tests: ({
            because: string;
            /** @enum {string} */
            by: 'understudy' | 'ci' | 'missing';
            id: string;
            points: number;
            title: string;
          } & {
            [key: string]: unknown;
          })[];
        } & {
          [key: string]: unknown;
        };
        monitor: {
          points: number;
          tests: ({
            because: string;
            /** @enum {string} */
            by: 'understudy' | 'ci' | 'missing';
            id: string;
            points: number;
            title: string;
          } & {
            [key: string]: unknown;
          })[];
        } & {
          [key: string]: unknown;
        };
      } & {
        [key: string]: unknown;
      };
    } & {
      [key: string]: unknown;
    };
    Model: {
      autoRollout: boolean;
      callers: {
        /** @description Which requests are predictions. All others go to the primary and are not counted */
        predictions?: {
          /** @description Default: POST */
          methods?: string[];
          /** @description Patterns of paths below /models/{model}: * within a segment, ** for any number of segments. Default: the prediction paths of Open Inference, TensorFlow Serving, MLflow and OpenAI, and any path that these keep for nothing else */
          paths?: string[];
        };
        /** @default true */
        repeatable: boolean;
        unit?:
          | {
              header: string;
            }
          | {
              cookie: string;
            }
          | {
              jsonPath: string;
            };
      };
      /** Format: date-time */
      createdAt: string;
      description: string;
      environment: components['schemas']['ModelEnvironment'] | null;
      /** @description In lists: the rollout that is on its way; null: none */
      liveRollout?:
        | ({
            /** Format: uuid */
            id: string;
            queued: boolean;
            state: string;
            version: number;
          } & {
            [key: string]: unknown;
          })
        | null;
      name: string;
      /** @description Of versions that bring none; null: the primary's */
      outputSpec:
        | ({
            kind: string;
          } & {
            [key: string]: unknown;
          })
        | null;
      policy: unknown;
      prices: {
        /** @description Of a million tokens from the server's prompt cache. Default: as input */
        cachedInput?: number;
        /** @description Of a million tokens that are read */
        input?: number;
        /** @description Of a million tokens that are made */
        output?: number;
        /**
         * @description Of versions that cost something else, by number
         * @default {}
         */
        versions: {
          [key: string]: {
            /** @description Of a million tokens from the server's prompt cache. Default: as input */
            cachedInput?: number;
            /** @description Of a million tokens that are read */
            input: number;
            /** @description Of a million tokens that are made */
            output: number;
          };
        };
      };
      /** @description The version that serves */
      primary: number | null;
      primaryAliasStartsRollout: boolean;
      /** @description Why the primary answers no callers; null: it does, as far as is known. Not part of what If-Match compares */
      primaryOutage: components['schemas']['PrimaryOutage'] | null;
      /** @description Why nothing serves any more, on purpose: callers get 410 with the reason. `version` served until then */
      retirement:
        | ({
            actor: string;
            /** Format: date-time */
            at: string;
            reason: string;
            version: number;
          } & {
            [key: string]: unknown;
          })
        | null;
      servingUrlTemplate: string | null;
      tags: {
        [key: string]: string;
      };
      /** Format: date-time */
      updatedAt: string;
    } & {
      [key: string]: unknown;
    };
    ModelActions: {
      actions: ({
        /** @enum {string} */
        action: 'rollback' | 'retire' | 'unretire' | 'release' | 'promote';
        /** @description Why it is not possible now; null: it is */
        because: string | null;
        /** @description What it would be refused with; `so_already`: it would change nothing */
        code: string | null;
        possible: boolean;
      } & {
        [key: string]: unknown;
      })[];
      model: string;
      version: number | null;
    } & {
      [key: string]: unknown;
    };
    ModelEnvironment: {
      /** @description The model of the environment before; only artifacts that are proven there are released here */
      after: string | null;
      /** @description Such as dev, staging or prod */
      name: string;
    } & {
      [key: string]: unknown;
    };
    ModelSettings: {
      /** @description Versions that MLflow clients register start their rollout at once */
      autoRollout?: boolean;
      callers?: {
        /** @description Which requests are predictions. All others go to the primary and are not counted */
        predictions?: {
          /** @description Default: POST */
          methods?: string[];
          /** @description Patterns of paths below /models/{model}: * within a segment, ** for any number of segments. Default: the prediction paths of Open Inference, TensorFlow Serving, MLflow and OpenAI, and any path that these keep for nothing else */
          paths?: string[];
        };
        /** @default true */
        repeatable: boolean;
        unit?:
          | {
              header: string;
            }
          | {
              cookie: string;
            }
          | {
              jsonPath: string;
            };
      };
      description?: string;
      /** @description {}: none */
      environment?: {
        /** @description The model of the environment before; only artifacts that are proven there are released here */
        after?: string | null;
        /** @description Such as dev, staging or prod */
        name?: string;
      };
      golden?: {
        items: {
          /** @default null */
          body: components['schemas']['__schema0'];
          /** @default [] */
          expect: {
            equals?: components['schemas']['__schema1'];
            max?: number;
            min?: number;
            path: string;
            /** @default 0 */
            tolerance: number;
          }[];
          /**
           * @default POST
           * @enum {string}
           */
          method: 'GET' | 'POST';
          name: string;
          /** Format: starts_with */
          path: string;
          /** @default null */
          slice: string | null;
        }[];
      };
      /** @description How answers are read of versions that bring no output spec, as all from MLflow's clients; null: as the primary's */
      outputSpec?:
        | (
            | {
                /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                agreeing?: number;
                /** @enum {string} */
                kind?: 'label' | 'score' | 'ranking' | 'probabilities' | 'tensor' | 'text';
                minCorrelation?: number;
                /** @description Open Inference: the output's name; left out: the first one */
                output?: string;
                /** @enum {string} */
                preset: 'open-inference' | 'tf-serving' | 'mlflow' | 'openai' | 'auto';
                /** @description How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0 */
                relativeTolerance?: number;
                similarity?: number;
                tolerance?: number;
              }
            | (
                | {
                    /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                    agreeing?: number;
                    confidence?: string;
                    /** @constant */
                    kind: 'label';
                    path: string;
                  }
                | {
                    /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                    agreeing?: number;
                    /** @constant */
                    kind: 'probabilities';
                    path: string;
                  }
                | {
                    /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                    agreeing?: number;
                    /** @constant */
                    kind: 'tensor';
                    path: string;
                    /** @description How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0 */
                    relativeTolerance?: number;
                    /** @default 0 */
                    tolerance: number;
                  }
                | {
                    /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                    agreeing?: number;
                    /** @constant */
                    kind: 'score';
                    path: string;
                    /** @description How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0 */
                    relativeTolerance?: number;
                    /** @default 0 */
                    tolerance: number;
                  }
                | {
                    /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                    agreeing?: number;
                    /** @constant */
                    kind: 'ranking';
                    /** @default 0.5 */
                    minCorrelation: number;
                    path: string;
                  }
                | {
                    /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                    agreeing?: number;
                    /** @constant */
                    kind: 'text';
                    path: string;
                    /** @default 1 */
                    similarity: number;
                  }
              )
            | unknown
          )
        | null;
      /** @description As PUT /models/{model}/policy takes it */
      policy?: unknown;
      prices?: {
        /** @description Of a million tokens from the server's prompt cache. Default: as input */
        cachedInput?: number;
        /** @description Of a million tokens that are read */
        input?: number;
        /** @description Of a million tokens that are made */
        output?: number;
        /**
         * @description Of versions that cost something else, by number
         * @default {}
         */
        versions: {
          [key: string]: {
            /** @description Of a million tokens from the server's prompt cache. Default: as input */
            cachedInput?: number;
            /** @description Of a million tokens that are read */
            input: number;
            /** @description Of a million tokens that are made */
            output: number;
          };
        };
      };
      /** @description Setting the alias `primary` through MLflow starts a rollout; otherwise it is refused */
      primaryAliasStartsRollout?: boolean;
      segments?: components['schemas']['CallerSegments'];
      /** @description Where a version from an MLflow client will answer, as http://models.internal/{model}/{version} */
      servingUrlTemplate?: string | null;
      /** @description All tags: those that are not named are removed */
      tags?: {
        [key: string]: string;
      };
    };
    ModelSettingsChanges: {
      /** @description false: a plan */
      applied: boolean;
      models: ({
        /** @description Parts that are not as they were; before is null for a new model */
        changes: ({
          after: unknown;
          before: unknown;
          part: string;
        } & {
          [key: string]: unknown;
        })[];
        isNew: boolean;
        model: string;
      } & {
        [key: string]: unknown;
      })[];
      /** @description Of policies that change: what would keep a gate from judging, as things are set up now */
      warnings: ({
        code: string;
        detail: string;
        model: string;
        pointer: string;
      } & {
        [key: string]: unknown;
      })[];
    } & {
      [key: string]: unknown;
    };
    MovedPrimary: {
      outcome: string;
      primary: number | null;
      rollout: components['schemas']['Rollout'] | null;
    } & {
      [key: string]: unknown;
    };
    Plan: {
      hash: string;
      /** @description null: no model was named */
      model?: components['schemas']['ComparedPolicy'] | null;
      plan: {
        leastMs: number;
        mostMs: number | null;
        steps: ({
          gates: string[];
          kind: string;
          leastMs: number;
          mostMs: number | null;
          title: string;
          what: string;
        } & {
          [key: string]: unknown;
        })[];
        /** @description The same in words, a line for each step */
        text: string[];
      } & {
        [key: string]: unknown;
      };
      /** @constant */
      valid: true;
      /** @description What is no mistake, and would have a release by this policy refused, or a gate of it read nothing, as things are set up now, or never by this policy */
      warnings: ({
        /** @enum {string} */
        code:
          | 'gate_unconfigured'
          | 'gate_url_refused'
          | 'gate_never_judges'
          | 'ring_not_counted'
          | 'step_too_slow'
          | 'prices_missing';
        detail: string;
        pointer: string;
      } & {
        [key: string]: unknown;
      })[];
    } & {
      [key: string]: unknown;
    };
    PrimaryOutage: {
      /** @description When primary.unreachable was recorded; null: it may be one gateway's own trouble */
      announcedAt: string | null;
      because: string;
      /**
       * @description Callers get no answer, or errors only; not_ready: probes say so, and no caller has been answered since
       * @enum {string}
       */
      cause: 'unreachable' | 'failing' | 'not_ready';
      gateways: ({
        because: string;
        gateway: string;
        /** Format: date-time */
        since: string;
        /** @enum {string} */
        state: 'unreachable' | 'failing';
      } & {
        [key: string]: unknown;
      })[];
      /**
       * @description some: at another gateway callers are answered
       * @enum {string}
       */
      scope: 'all' | 'some';
      /** Format: date-time */
      since: string;
      version: number;
    } & {
      [key: string]: unknown;
    };
    PrimaryTime: {
      /** @description The version that was primary next; null: none was, yet */
      next: number | null;
      /** @description Its bake ended well, it had none to pass, or an admin put it there */
      proven: boolean;
      /** @description The version whose rollback took the proof of these bytes away; null: none has */
      refutedBy: number | null;
      /** @description The rollout that made it primary, or whose end gave it its place back; null: it is not known */
      rolloutId: string | null;
      /** Format: date-time */
      since: string;
      /** @description null: it serves */
      until: string | null;
      version: number;
      /** @description true: a newer one took its place; false: it was taken off; null: it serves */
      wasReplaced: boolean | null;
    } & {
      [key: string]: unknown;
    };
    /** @description RFC 9457 */
    Problem: {
      /** @description Stable: programs may branch on it */
      code: string;
      /** @description What is wrong, and what to do */
      detail: string;
      errors: ({
        detail: string;
        pointer: string;
      } & {
        [key: string]: unknown;
      })[];
      instance?: string;
      status: number;
      title: string;
      type: string;
    } & {
      [key: string]: unknown;
    };
    ReleaseGroup: {
      /** Format: date-time */
      createdAt: string;
      createdBy: string;
      id: string;
      /** @description What would be carried out now, if an admin said it who had no hand in the versions (with overrideFreeze while a freeze window is open). Left out in lists */
      legalActions?: ('approve' | 'reject' | 'promote' | 'finish' | 'abort' | 'retry')[];
      /** @description Each model's rollout, by the model's name */
      members: components['schemas']['Rollout'][];
      reason: string;
      /** @description Grows with every change of state of a member */
      revision: number;
      /**
       * @description succeeded: each version became a proven primary; rolled_back: one failed, and all went back
       * @enum {string}
       */
      state: 'live' | 'succeeded' | 'rolled_back';
    } & {
      [key: string]: unknown;
    };
    Replay: {
      firstDifference:
        | ({
            /** @description Milliseconds since 1970 */
            at: number;
            recorded: {
              because: string;
              /** @enum {string} */
              kind: 'hold' | 'advance' | 'promote' | 'rollback' | 'pause';
            } & {
              [key: string]: unknown;
            };
            replayed: {
              because: string;
              /** @enum {string} */
              kind: 'hold' | 'advance' | 'promote' | 'rollback' | 'pause';
            } & {
              [key: string]: unknown;
            };
            same: boolean;
            stepIndex: number;
            verdicts: components['schemas']['GateVerdict'][];
          } & {
            [key: string]: unknown;
          })
        | null;
      looks: ({
        /** @description Milliseconds since 1970 */
        at: number;
        recorded: {
          because: string;
          /** @enum {string} */
          kind: 'hold' | 'advance' | 'promote' | 'rollback' | 'pause';
        } & {
          [key: string]: unknown;
        };
        replayed: {
          because: string;
          /** @enum {string} */
          kind: 'hold' | 'advance' | 'promote' | 'rollback' | 'pause';
        } & {
          [key: string]: unknown;
        };
        same: boolean;
        stepIndex: number;
        verdicts: components['schemas']['GateVerdict'][];
      } & {
        [key: string]: unknown;
      })[];
      /** @enum {string} */
      policy: 'its own' | 'another';
      rolloutId: string;
      same: boolean;
    } & {
      [key: string]: unknown;
    };
    ResolvedVersion: {
      /** @enum {string} */
      arm: 'primary' | 'candidate';
      artifact:
        | ({
            digest: string;
            uri: string;
          } & {
            [key: string]: unknown;
          })
        | null;
      /** @description It is in its arm by lot, and counts as evidence */
      judged: boolean;
      model: string;
      revision: number;
      /** @description Rings of the present rollout that it is in */
      segments: string[];
      unit: string;
      url: string;
      version: number;
    } & {
      [key: string]: unknown;
    };
    RetiredModel: {
      /** @description Rollouts that ended by it */
      ended: string[];
      model: components['schemas']['Model'];
      outcome: string;
    } & {
      [key: string]: unknown;
    };
    Rollout: {
      /** @description What is wrong with the evidence itself, in spite of which a person has resumed it in this step, or has made the version primary */
      acceptedFaults: string[];
      approvals: ({
        /** Format: date-time */
        at: string;
        by: string;
        digest?: string | null;
        policyHash?: string;
        reason: string;
        step: number;
        version: number;
      } & {
        [key: string]: unknown;
      })[];
      checks: components['schemas']['CheckResult'][] | null;
      /** Format: date-time */
      createdAt: string;
      createdBy: string;
      /** @description The last one; `waitingFor` says how it stands now */
      decision:
        | ({
            /** Format: date-time */
            at: string;
            because: string;
            /** @enum {string} */
            kind: 'hold' | 'advance' | 'promote' | 'rollback' | 'pause';
            /** @description Of the rollout, that it was made at. A lower one than `revision`: it has moved since */
            revision?: number;
          } & {
            [key: string]: unknown;
          })
        | null;
      endedAt: string | null;
      /** @description The version's error budget: it is not given anew to each try */
      errorBudget: {
        /** @description What this try may spend: good versions that it rolls back */
        alpha: number;
        /** @description Which try of its artifact; null: of before tries were counted */
        attempt: number | null;
        /** @description What a gate of this try may spend: bad versions that it takes for proven */
        beta: number;
        /** @description What of the policy's alpha earlier tries could spend */
        spentBefore: number;
      } & {
        [key: string]: unknown;
      };
      /** @description The primary when it started */
      from: number | null;
      /** @description The release group whose members become primary together with it; null: it goes by itself */
      groupId: string | null;
      id: string;
      /** @enum {string} */
      intent: 'release' | 'rollback';
      /** @description What would be carried out now, if an admin said it who had no hand in the version (with overrideFreeze while a freeze window is open). In lists: by the rollout alone, whatever its model, its environment and its server say */
      legalActions: ('pause' | 'resume' | 'approve' | 'reject' | 'skip' | 'promote' | 'abort' | 'retry')[];
      model: string;
      /** @description An admin released it though its artifact was not proven in the environment before */
      overridesEnvironment: boolean;
      overridesFreeze: boolean;
      policy: unknown;
      policyHash: string;
      /** @description It waits for its start, or for the rollout before it */
      queued: boolean;
      reason: string;
      revision: number;
      /** @description Not before this time; null: as soon as it can */
      startAt: string | null;
      /** @enum {string} */
      state:
        | 'pending'
        | 'running'
        | 'paused'
        | 'awaiting_approval'
        | 'baking'
        | 'succeeded'
        | 'rolled_back'
        | 'aborted'
        | 'superseded';
      step:
        | ({
            clockStoppedAt: string | null;
            index: number;
            kind: string;
            /** @description Of a ring: only their members get the candidate */
            segments: string[] | null;
            startedAt: string | null;
            /** @description Basis points: 1 is 0.01 %. Of everybody, or of the members of the segments */
            weight: number | null;
          } & {
            [key: string]: unknown;
          })
        | null;
      /** @description Who gets what by the route that is published; null: the route is none of this rollout. Left out in lists */
      traffic?: components['schemas']['RolloutTraffic'] | null;
      verdicts: components['schemas']['GateVerdict'][];
      version: number;
      /** @description Why nothing moves, in one sentence, as the rollout stands in this answer, also in that to a command; asked for by itself, with how long it still takes, and who paused it */
      waitingFor: string | null;
    } & {
      [key: string]: unknown;
    };
    RolloutTraffic: {
      candidate:
        | ({
            /** @description It is the version before, for units that are held back while the new one bakes */
            heldBack: boolean;
            /** @enum {string} */
            mode: 'shadow' | 'canary';
            /** @description Whose members get it, whatever the weight; basis points of them */
            segments: ({
              segment: string;
              weight: number;
            } & {
              [key: string]: unknown;
            })[];
            version: number;
            /** @description Basis points: of all units (canary), or of the requests that are copied (shadow) */
            weight: number;
          } & {
            [key: string]: unknown;
          })
        | null;
      /** @description Serves everybody else */
      primary: number;
    } & {
      [key: string]: unknown;
    };
    Route: {
      candidate:
        | ({
            /** @description The version before, for units at the top of the wheel */
            heldBack?: boolean;
            /** @enum {string} */
            mode: 'shadow' | 'canary';
            /** @description Segments that get the candidate before everybody does, as they were when their step began */
            rings?: ({
              /** @description It is on trial in the present step */
              judged: boolean;
              segment: string;
              /** @description Of its units: those below this place of the wheel have the version on trial */
              share: number;
            } & {
              [key: string]: unknown;
            })[];
            url: string;
            version: number;
            /** @description Basis points: 1 is 0.01 % */
            weight: number;
          } & {
            [key: string]: unknown;
          })
        | null;
      model: string;
      primary: {
        url: string;
        version: number;
      } & {
        [key: string]: unknown;
      };
      /** @description Callers get 410 with the reason; `primary` is the version that served last */
      retired?: {
        reason: string;
        since: string;
      } & {
        [key: string]: unknown;
      };
      revision: number;
      salt: string;
    } & {
      [key: string]: unknown;
    };
    Subscription: {
      because: string;
      createdBy: string;
      events: string[];
      failingSince: string | null;
      /** @enum {string} */
      format: 'cloudevents' | 'slack';
      id: string;
      models: string[] | null;
      name: string;
      /** @enum {string} */
      state: 'active' | 'disabled';
      /** @description What may be a key is left out (`…`): the values of its query, and what of its path is no word; of the format `slack` the whole path. Sent back by PATCH as it is shown, it stays */
      url: string;
    } & {
      [key: string]: unknown;
    };
    Tally: {
      agreed: number;
      compared: number;
      dropped: number;
      /** @description Shadow: pairs of texts by what became of them: compared, shortened (compared by beginning and end), identical, both_empty, one_empty, failed, over_budget */
      embedded: {
        [key: string]: number;
      };
      /** @description Shadow: mean distance of the embeddings of the two texts, 0 to 2; null: no pair has one */
      embeddingDistanceMean: number | null;
      /** @description Shadow: times that a pair came to nothing at the embeddings endpoint, by reason */
      embeddingFailures: {
        [key: string]: number;
      };
      errors: number;
      /** @description Errors by reason: 4xx, 5xx, overload, timeout, unreachable, malformed, unreadable, abandoned, cut_off, error_event, empty */
      failures: {
        [key: string]: number;
      };
      /** @description Of streams: the mean time from one event to the next */
      interTokenMs: {
        p50: number | null;
        p95: number | null;
        p99: number | null;
      } & {
        [key: string]: unknown;
      };
      /** @description Shadow: pairs of texts by what the pairwise judge made of them: win, tie, loss (of the candidate), failed, over_budget */
      judged: {
        [key: string]: number;
      };
      /** @description Shadow: pairs that the judge was asked about in vain, by reason */
      judgeFailures: {
        [key: string]: number;
      };
      latencyMs: {
        p50: number | null;
        p95: number | null;
        p99: number | null;
      } & {
        [key: string]: unknown;
      };
      /** @description Answers that were not read for gates, by reason */
      notRead: {
        [key: string]: number;
      };
      /** @description Candidate: its requests that the primary answered, by reason. over_limit, too_large, no_memory and tripped are in no arm */
      replaced: {
        [key: string]: number;
      };
      requests: number;
      /** @description Of streams: from the request to the first event; null: there were none */
      ttftMs: {
        p50: number | null;
        p95: number | null;
        p99: number | null;
      } & {
        [key: string]: unknown;
      };
      /** @description Of language models, where a gate asks for it; null: no answer has said it */
      usage: {
        /** @description Of an answer, in the currency of the model's prices */
        costMean: number | null;
        inputTokensMean: number | null;
        outputTokensMean: number | null;
        /** @description Of streams: tokens after the first event by the seconds until the last */
        outputTokensPerSecond: number | null;
        totalTokensMean: number | null;
        /** @description Share of the answers whose cost is not known: they do not say their tokens, or are longer than gateways read */
        unpriced: number | null;
      } & {
        [key: string]: unknown;
      };
    } & {
      [key: string]: unknown;
    };
    Version: {
      aliases: string[];
      artifact:
        | ({
            digest: string;
            uri: string;
          } & {
            [key: string]: unknown;
          })
        | null;
      baseline: {
        [key: string]: unknown;
      } | null;
      /** Format: date-time */
      createdAt: string;
      createdBy: string;
      dataset: {
        [key: string]: string;
      };
      /** @description Whether its model server takes callers, by the last probes; null: nobody had to know yet */
      deployment:
        | ({
            because: string;
            since: string | null;
            /** @enum {string} */
            state: 'starting' | 'ready' | 'not_ready' | 'failed' | 'retired';
          } & {
            [key: string]: unknown;
          })
        | null;
      description: string;
      hasCard: boolean;
      /** @description Where its server says that it is ready (2xx); null: at a usual path; `none`: nowhere */
      healthPath: string | null;
      metrics: {
        [key: string]: number;
      };
      model: string;
      outputSpec:
        | ({
            kind: string;
          } & {
            [key: string]: unknown;
          })
        | null;
      /** @description The first of `servingUrls`; null: a deployer starts it */
      servingUrl: string | null;
      /** @description Where its replicas answer; gateways balance over them; empty: a deployer starts it */
      servingUrls: string[];
      signature: unknown;
      source: {
        [key: string]: string;
      };
      /** @enum {string} */
      state: 'primary' | 'candidate' | 'retired' | 'registered';
      tags: {
        [key: string]: string;
      };
      /** Format: date-time */
      updatedAt: string;
      upstreams: ({
        model: string;
        version: number;
      } & {
        [key: string]: unknown;
      })[];
      version: number;
    } & {
      [key: string]: unknown;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  ModelVersionsController_create: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          description?: string;
          name: string;
          run_id?: string;
          run_link?: string;
          source: string;
          tags?: {
            key: string;
            value: string;
          }[];
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            model_version: components['schemas']['MlflowModelVersion'];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
    };
  };
  ModelVersionsController_remove: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          name: string;
          /** @description A number, as a text */
          version: string | number;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': Record<string, never>;
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
    };
  };
  ModelVersionsController_deleteTag: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          key: string;
          name: string;
          /** @description None, Staging, Production or Archived */
          stage?: string;
          /** @description A number, as a text */
          version?: string | number;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': Record<string, never>;
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
    };
  };
  ModelVersionsController_get: {
    parameters: {
      query: {
        name: string;
        version: string | number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            model_version: components['schemas']['MlflowModelVersion'];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
    };
  };
  ModelVersionsController_downloadUri: {
    parameters: {
      query: {
        name: string;
        version: string | number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            artifact_uri: string;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
    };
  };
  ModelVersionsController_search: {
    parameters: {
      query?: {
        filter?: string;
        max_results?: number;
        order_by?: string[];
        page_token?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            model_versions: components['schemas']['MlflowModelVersion'][];
            next_page_token?: string;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
    };
  };
  ModelVersionsController_setTag: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          key: string;
          name: string;
          /** @description None, Staging, Production or Archived */
          stage?: string;
          value?: string;
          /** @description A number, as a text */
          version?: string | number;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': Record<string, never>;
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
    };
  };
  ModelVersionsController_transition: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          archive_existing_versions?: boolean;
          name: string;
          /** @description None, Staging, Production or Archived */
          stage: string;
          /** @description A number, as a text */
          version: string | number;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            model_version: components['schemas']['MlflowModelVersion'];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
    };
  };
  ModelVersionsController_update: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          description?: string;
          name: string;
          /** @description A number, as a text */
          version: string | number;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            model_version: components['schemas']['MlflowModelVersion'];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
    };
  };
  RegisteredModelsController_getByAlias: {
    parameters: {
      query: {
        alias: string;
        name: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            model_version: components['schemas']['MlflowModelVersion'];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
    };
  };
  RegisteredModelsController_setAlias: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          alias: string;
          name: string;
          /** @description A number, as a text */
          version: string | number;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': Record<string, never>;
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
    };
  };
  RegisteredModelsController_deleteAlias: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          alias: string;
          name: string;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': Record<string, never>;
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
    };
  };
  RegisteredModelsController_create: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          description?: string;
          name: string;
          tags?: {
            key: string;
            value: string;
          }[];
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            registered_model: components['schemas']['MlflowRegisteredModel'];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
    };
  };
  RegisteredModelsController_remove: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          name: string;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': Record<string, never>;
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
    };
  };
  RegisteredModelsController_deleteTag: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          key: string;
          name: string;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': Record<string, never>;
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
    };
  };
  RegisteredModelsController_get: {
    parameters: {
      query: {
        name: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            registered_model: components['schemas']['MlflowRegisteredModel'];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
    };
  };
  RegisteredModelsController_latest: {
    parameters: {
      query: {
        name: string;
        stages?: string[];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            model_versions: components['schemas']['MlflowModelVersion'][];
            next_page_token?: string;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
    };
  };
  RegisteredModelsController_latestByPost: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          name: string;
          stages?: string[];
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            model_versions: components['schemas']['MlflowModelVersion'][];
            next_page_token?: string;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
    };
  };
  RegisteredModelsController_rename: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          name: string;
          new_name: string;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            registered_model: components['schemas']['MlflowRegisteredModel'];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
    };
  };
  RegisteredModelsController_search: {
    parameters: {
      query?: {
        filter?: string;
        max_results?: number;
        order_by?: string[];
        page_token?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            next_page_token?: string;
            registered_models: components['schemas']['MlflowRegisteredModel'][];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
    };
  };
  RegisteredModelsController_setTag: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          key: string;
          name: string;
          value?: string;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': Record<string, never>;
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
    };
  };
  RegisteredModelsController_update: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          description?: string;
          name: string;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            registered_model: components['schemas']['MlflowRegisteredModel'];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlflowError'];
        };
      };
    };
  };
  ArtifactsController_create: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/octet-stream': string;
      };
    };
    responses: {
      /** @description Here already */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Artifact'];
        };
      };
      /** @description Kept */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Artifact'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ArtifactsController_show: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        digest: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/octet-stream': string;
        };
      };
      /** @description That range of it */
      206: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/octet-stream': string;
        };
      };
      /** @description You have it */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such range */
      416: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ArtifactsController_replace: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        digest: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/octet-stream': string;
      };
    };
    responses: {
      /** @description Here already */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Artifact'];
        };
      };
      /** @description Kept */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Artifact'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ArtifactsController_head: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        digest: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is, of that many bytes */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description That range of it */
      206: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  AuditController_list: {
    parameters: {
      query?: {
        model?: string;
        pageSize?: number;
        pageToken?: string | null;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description Files that have events of this time which are in the database no more, newest first; at most 100 */
            detached: components['schemas']['EventExport'][];
            items: components['schemas']['Event'][];
            nextPageToken: string | null;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  AuditController_exports: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['EventExport'][];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  AuditController_verify: {
    parameters: {
      query?: {
        model?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AuditReport'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  LoginController_finish: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Back to where the login was begun, with a session */
      302: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  CiLoginController_login: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          token: string;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            expiresAt: string;
            models: string[];
            scopes: string[];
            token: string;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  LoginController_begin: {
    parameters: {
      query?: {
        returnTo?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description To the OpenID provider */
      302: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  LoginController_logout: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; there is nothing to say */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  LoginController_me: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            actor: string;
            models: string[] | null;
            name: string;
            scopes: string[];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  LoginController_methods: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            oidc: boolean;
            /** @description Has this browser a session that has not ended? */
            session: boolean;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  FeedbackController_take: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          items: {
            /** Format: date-time */
            at?: string;
            id?: string;
            metric: string;
            model?: string;
            receipt?: string;
            requestId?: string;
            unit?: string;
            value: number;
          }[];
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FeedbackReport'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  FleetController_show: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fleet'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  GatewayController_evidence: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description { kind, version, routesAgeMs?, lostRequests?, droppedCopies?, proxies? }: the sender itself, for people */
          about?: unknown;
          /** @description [{ model, revision }]: routes that are served by */
          acknowledged?: unknown;
          boot: string;
          /** @description [{ rolloutId, revision, arm, segment?, tally }]: counts of one arm */
          entries?: unknown;
          gateway: string;
          /** @description What the sender does not do: answers, streams, segments, shadow, rings. Left out: it does all */
          lacks?: unknown;
          /** @description true: it moves callers who are counted elsewhere, as by the weights of an HTTPRoute */
          moves?: unknown;
          /** @description [{ model, version, state, forMs, failures?, because? }]: primaries that answer nobody, or answer again */
          primaries?: unknown;
          /** @description [{ rolloutId, revision, requestId, request, primary, candidate, badness }]: disagreements */
          samples?: unknown;
          sequence: number;
          /** @description [{ requestId, model, rolloutId, revision, arm, segments }]: for feedback by request id */
          served?: unknown;
          /** @description false: it brings evidence of data planes that have their routes from elsewhere, so that no step waits for its acknowledgement */
          serves?: unknown;
          /** @description [{ rolloutId, revision, requestId, request, primary, candidate, identical }]: texts for the pairwise judge */
          textPairs?: unknown;
          /** @description [{ model, rolloutId, version, failures, of, inARow?, primaryFailures?, primaryOf?, pauseMs?, number? }]: candidates that get no callers for a while */
          trips?: unknown;
        } & {
          [key: string]: unknown;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['BatchAnswer'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  GatewayController_stream: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/x-ndjson': string;
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ManifestsController_register: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          artifact?: {
            digest: string;
            /** @description Of an uploaded artifact */
            fileName?: string;
            uri?: string;
          } | null;
          baseline?: {
            confidence?:
              | {
                  counts: number[];
                  edges: number[];
                  /** @default 0 */
                  missing?: number;
                }
              | {
                  categories: {
                    [key: string]: number;
                  };
                  /** @default 0 */
                  missing?: number;
                };
            features?: {
              [key: string]: {
                path: string;
              };
            };
            output?:
              | {
                  counts: number[];
                  edges: number[];
                  /** @default 0 */
                  missing?: number;
                }
              | {
                  categories: {
                    [key: string]: number;
                  };
                  /** @default 0 */
                  missing?: number;
                };
          } | null;
          /**
           * @description The model card, in Markdown
           * @default
           */
          card?: string;
          /**
           * @description Copies artifact, digest and metadata of this version, as from staging to prod; what is said beside it wins. Serving URLs are not copied
           * @default null
           */
          copyOf?: {
            model: string;
            version: number;
          } | null;
          /** @default true */
          createModel?: boolean;
          /** @default {} */
          dataset?: {
            [key: string]: string;
          };
          /** @default  */
          description?: string;
          /**
           * @description Where the model server says that it is ready (any 2xx). Default: the usual paths of model servers; `none`: any answer below 500
           * @default null
           */
          healthPath?: string | null;
          /** @default {} */
          metrics?: {
            [key: string]: number;
          };
          model: string;
          /** @description Left out: the primary's. A name, such as `open-inference`, stands for its protocol's */
          outputSpec?:
            | (
                | {
                    /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                    agreeing?: number;
                    /** @enum {string} */
                    kind?: 'label' | 'score' | 'ranking' | 'probabilities' | 'tensor' | 'text';
                    minCorrelation?: number;
                    /** @description Open Inference: the output's name; left out: the first one */
                    output?: string;
                    /** @enum {string} */
                    preset: 'open-inference' | 'tf-serving' | 'mlflow' | 'openai' | 'auto';
                    /** @description How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0 */
                    relativeTolerance?: number;
                    similarity?: number;
                    tolerance?: number;
                  }
                | (
                    | {
                        /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                        agreeing?: number;
                        confidence?: string;
                        /** @enum {string} */
                        kind: 'label';
                        path: string;
                      }
                    | {
                        /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                        agreeing?: number;
                        /** @enum {string} */
                        kind: 'probabilities';
                        path: string;
                      }
                    | {
                        /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                        agreeing?: number;
                        /** @enum {string} */
                        kind: 'tensor';
                        path: string;
                        /** @description How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0 */
                        relativeTolerance?: number;
                        /** @default 0 */
                        tolerance?: number;
                      }
                    | {
                        /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                        agreeing?: number;
                        /** @enum {string} */
                        kind: 'score';
                        path: string;
                        /** @description How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0 */
                        relativeTolerance?: number;
                        /** @default 0 */
                        tolerance?: number;
                      }
                    | {
                        /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                        agreeing?: number;
                        /** @enum {string} */
                        kind: 'ranking';
                        /** @default 0.5 */
                        minCorrelation?: number;
                        path: string;
                      }
                    | {
                        /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                        agreeing?: number;
                        /** @enum {string} */
                        kind: 'text';
                        path: string;
                        /** @default 1 */
                        similarity?: number;
                      }
                  )
                | ('open-inference' | 'tf-serving' | 'mlflow' | 'openai' | 'auto')
              )
            | null;
          rollout?:
            | boolean
            | {
                policy?: unknown;
                /**
                 * Format: date-time
                 * @description Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now
                 */
                startAt?: string | null;
              };
          /**
           * @description Where it answers: a list of one
           * @default null
           */
          servingUrl?: string | null;
          /**
           * @description Where its replicas answer: gateways balance over them; servingUrl, where it is there too, is the first
           * @default null
           */
          servingUrls?: string[] | null;
          /** @default null */
          signature?: components['schemas']['__schema0'];
          /** @default {} */
          source?: {
            [key: string]: string;
          };
          /** @default {} */
          tags?: {
            [key: string]: string;
          };
          /** @default [] */
          upstreams?: {
            model: string;
            version: number;
          }[];
        };
      };
    };
    responses: {
      /** @description Registered */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Version'] &
            ({
              rollout: components['schemas']['Rollout'] | null;
              /** @description What is no mistake for certain: an output spec that was not tried, or reads some answers only */
              warnings: ({
                code: string;
                detail: string;
              } & {
                [key: string]: unknown;
              })[];
            } & {
              [key: string]: unknown;
            });
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ManifestsController_schema: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            $schema: string;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ModelSettingsController_show: {
    parameters: {
      query: {
        /** @description A model, as often as needed (at most 100) */
        model: string | string[];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            models: {
              [key: string]: components['schemas']['ModelSettings'];
            };
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ModelSettingsController_apply: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description By name. A model, or a part of one, that is left out stays as it is; one that is not there is made */
          models: {
            [key: string]: components['schemas']['ModelSettings'];
          };
        };
        'application/yaml': {
          /** @description By name. A model, or a part of one, that is left out stays as it is; one that is not there is made */
          models: {
            [key: string]: components['schemas']['ModelSettings'];
          };
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ModelSettingsChanges'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ModelSettingsController_plan: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description By name. A model, or a part of one, that is left out stays as it is; one that is not there is made */
          models: {
            [key: string]: components['schemas']['ModelSettings'];
          };
        };
        'application/yaml': {
          /** @description By name. A model, or a part of one, that is left out stays as it is; one that is not there is made */
          models: {
            [key: string]: components['schemas']['ModelSettings'];
          };
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ModelSettingsChanges'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ModelsController_list: {
    parameters: {
      query?: {
        /** @description Conditions joined by AND, as `name LIKE 'rank%' AND tags.team = 'search'` */
        filter?: string;
        /** @description Keys with ASC or DESC, joined by commas, as `updatedAt DESC` */
        orderBy?: string;
        pageSize?: number;
        pageToken?: string | null;
        /** @description true: those whose primary answers nobody, or not everybody */
        primaryOut?: 'true' | 'false';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Model'][];
            nextPageToken: string | null;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ModelsController_create: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @default  */
          description?: string;
          name: string;
          policy?: unknown;
          /** @default {} */
          tags?: {
            [key: string]: string;
          };
        };
      };
    };
    responses: {
      /** @description There already */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Model'];
        };
      };
      /** @description Made */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Model'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ModelsController_show: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Model'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ModelsController_remove: {
    parameters: {
      query?: never;
      header?: {
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; there is nothing to say */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ModelsController_edit: {
    parameters: {
      query?: never;
      header?: {
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description Versions that MLflow clients register start their rollout at once */
          autoRollout?: boolean;
          description?: string;
          name?: string;
          /** @description How answers are read of versions that bring no output spec, as all from MLflow's clients; null: as the primary's */
          outputSpec?:
            | (
                | {
                    /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                    agreeing?: number;
                    /** @enum {string} */
                    kind?: 'label' | 'score' | 'ranking' | 'probabilities' | 'tensor' | 'text';
                    minCorrelation?: number;
                    /** @description Open Inference: the output's name; left out: the first one */
                    output?: string;
                    /** @enum {string} */
                    preset: 'open-inference' | 'tf-serving' | 'mlflow' | 'openai' | 'auto';
                    /** @description How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0 */
                    relativeTolerance?: number;
                    similarity?: number;
                    tolerance?: number;
                  }
                | (
                    | {
                        /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                        agreeing?: number;
                        confidence?: string;
                        /** @enum {string} */
                        kind: 'label';
                        path: string;
                      }
                    | {
                        /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                        agreeing?: number;
                        /** @enum {string} */
                        kind: 'probabilities';
                        path: string;
                      }
                    | {
                        /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                        agreeing?: number;
                        /** @enum {string} */
                        kind: 'tensor';
                        path: string;
                        /** @description How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0 */
                        relativeTolerance?: number;
                        /** @default 0 */
                        tolerance?: number;
                      }
                    | {
                        /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                        agreeing?: number;
                        /** @enum {string} */
                        kind: 'score';
                        path: string;
                        /** @description How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0 */
                        relativeTolerance?: number;
                        /** @default 0 */
                        tolerance?: number;
                      }
                    | {
                        /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                        agreeing?: number;
                        /** @enum {string} */
                        kind: 'ranking';
                        /** @default 0.5 */
                        minCorrelation?: number;
                        path: string;
                      }
                    | {
                        /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                        agreeing?: number;
                        /** @enum {string} */
                        kind: 'text';
                        path: string;
                        /** @default 1 */
                        similarity?: number;
                      }
                  )
                | ('open-inference' | 'tf-serving' | 'mlflow' | 'openai' | 'auto')
              )
            | null;
          /** @description Setting the alias `primary` through MLflow starts a rollout; otherwise it is refused */
          primaryAliasStartsRollout?: boolean;
          /** @description Where a version from an MLflow client will answer, as http://models.internal/{model}/{version} */
          servingUrlTemplate?: string | null;
          tags?: {
            [key: string]: string | null;
          };
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Model'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  PrimaryController_actions: {
    parameters: {
      query?: {
        /** @description Also: may this version be released, or promoted at once? */
        version?: number;
      };
      header?: never;
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ModelActions'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  AliasesController_list: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Alias'][];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  AliasesController_show: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        alias: string;
        model: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Alias'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  AliasesController_set: {
    parameters: {
      query?: never;
      header?: {
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        alias: string;
        model: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          version: number;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Alias'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  AliasesController_remove: {
    parameters: {
      query?: never;
      header?: {
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        alias: string;
        model: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; there is nothing to say */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ModelDocumentsController_callers: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description Which requests are predictions. All others go to the primary and are not counted */
            predictions?: {
              /** @description Default: POST */
              methods?: string[];
              /** @description Patterns of paths below /models/{model}: * within a segment, ** for any number of segments. Default: the prediction paths of Open Inference, TensorFlow Serving, MLflow and OpenAI, and any path that these keep for nothing else */
              paths?: string[];
            };
            /** @default true */
            repeatable: boolean;
            unit?:
              | {
                  header: string;
                }
              | {
                  cookie: string;
                }
              | {
                  jsonPath: string;
                };
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ModelDocumentsController_replaceCallers: {
    parameters: {
      query?: never;
      header?: {
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description Which requests are predictions. All others go to the primary and are not counted */
          predictions?: {
            /** @description Default: POST */
            methods?: string[];
            /** @description Patterns of paths below /models/{model}: * within a segment, ** for any number of segments. Default: the prediction paths of Open Inference, TensorFlow Serving, MLflow and OpenAI, and any path that these keep for nothing else */
            paths?: string[];
          };
          /** @default true */
          repeatable?: boolean;
          unit?:
            | {
                header: string;
              }
            | {
                cookie: string;
              }
            | {
                jsonPath: string;
              };
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description Which requests are predictions. All others go to the primary and are not counted */
            predictions?: {
              /** @description Default: POST */
              methods?: string[];
              /** @description Patterns of paths below /models/{model}: * within a segment, ** for any number of segments. Default: the prediction paths of Open Inference, TensorFlow Serving, MLflow and OpenAI, and any path that these keep for nothing else */
              paths?: string[];
            };
            /** @default true */
            repeatable: boolean;
            unit?:
              | {
                  header: string;
                }
              | {
                  cookie: string;
                }
              | {
                  jsonPath: string;
                };
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ModelDocumentsController_environment: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description The model of the environment before; only artifacts that are proven there are released here */
            after?: string | null;
            /** @description Such as dev, staging or prod */
            name?: string;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ModelDocumentsController_replaceEnvironment: {
    parameters: {
      query?: never;
      header?: {
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description The model of the environment before; only artifacts that are proven there are released here */
          after?: string | null;
          /** @description Such as dev, staging or prod */
          name?: string;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description The model of the environment before; only artifacts that are proven there are released here */
            after?: string | null;
            /** @description Such as dev, staging or prod */
            name?: string;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ModelDocumentsController_golden: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              /** @default null */
              body: components['schemas']['__schema0'];
              /** @default [] */
              expect: {
                equals?: components['schemas']['__schema1'];
                max?: number;
                min?: number;
                path: string;
                /** @default 0 */
                tolerance: number;
              }[];
              /**
               * @default POST
               * @enum {string}
               */
              method: 'GET' | 'POST';
              name: string;
              /** Format: starts_with */
              path: string;
              /** @default null */
              slice: string | null;
            }[];
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ModelDocumentsController_replaceGolden: {
    parameters: {
      query?: never;
      header?: {
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          items: {
            /** @default null */
            body?: components['schemas']['__schema0'];
            /** @default [] */
            expect?: {
              equals?: components['schemas']['__schema1'];
              max?: number;
              min?: number;
              path: string;
              /** @default 0 */
              tolerance?: number;
            }[];
            /**
             * @default POST
             * @enum {string}
             */
            method?: 'GET' | 'POST';
            name: string;
            /** Format: starts_with */
            path: string;
            /** @default null */
            slice?: string | null;
          }[];
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              /** @default null */
              body: components['schemas']['__schema0'];
              /** @default [] */
              expect: {
                equals?: components['schemas']['__schema1'];
                max?: number;
                min?: number;
                path: string;
                /** @default 0 */
                tolerance: number;
              }[];
              /**
               * @default POST
               * @enum {string}
               */
              method: 'GET' | 'POST';
              name: string;
              /** Format: starts_with */
              path: string;
              /** @default null */
              slice: string | null;
            }[];
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ModelDocumentsController_policy: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': unknown;
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ModelDocumentsController_replacePolicy: {
    parameters: {
      query?: never;
      header?: {
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': unknown;
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ModelDocumentsController_prices: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description Of a million tokens from the server's prompt cache. Default: as input */
            cachedInput?: number;
            /** @description Of a million tokens that are read */
            input?: number;
            /** @description Of a million tokens that are made */
            output?: number;
            /**
             * @description Of versions that cost something else, by number
             * @default {}
             */
            versions: {
              [key: string]: {
                /** @description Of a million tokens from the server's prompt cache. Default: as input */
                cachedInput?: number;
                /** @description Of a million tokens that are read */
                input: number;
                /** @description Of a million tokens that are made */
                output: number;
              };
            };
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ModelDocumentsController_replacePrices: {
    parameters: {
      query?: never;
      header?: {
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description Of a million tokens from the server's prompt cache. Default: as input */
          cachedInput?: number;
          /** @description Of a million tokens that are read */
          input?: number;
          /** @description Of a million tokens that are made */
          output?: number;
          /**
           * @description Of versions that cost something else, by number
           * @default {}
           */
          versions?: {
            [key: string]: {
              /** @description Of a million tokens from the server's prompt cache. Default: as input */
              cachedInput?: number;
              /** @description Of a million tokens that are read */
              input: number;
              /** @description Of a million tokens that are made */
              output: number;
            };
          };
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description Of a million tokens from the server's prompt cache. Default: as input */
            cachedInput?: number;
            /** @description Of a million tokens that are read */
            input?: number;
            /** @description Of a million tokens that are made */
            output?: number;
            /**
             * @description Of versions that cost something else, by number
             * @default {}
             */
            versions: {
              [key: string]: {
                /** @description Of a million tokens from the server's prompt cache. Default: as input */
                cachedInput?: number;
                /** @description Of a million tokens that are read */
                input: number;
                /** @description Of a million tokens that are made */
                output: number;
              };
            };
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  PrimariesController_list: {
    parameters: {
      query?: {
        pageSize?: number;
        pageToken?: string | null;
        /** @description When this version was; left out: all of the model */
        version?: number;
      };
      header?: never;
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['PrimaryTime'][];
            nextPageToken: string | null;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  PrimaryController_promote: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @default false */
          force?: boolean;
          /** @description Although a freeze window is open; false: 409 frozen there. Left out, it goes through for one release more, and `outcome` says so */
          overrideFreeze?: boolean;
          reason: string;
          version: number;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MovedPrimary'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  RoutesController_resolve: {
    parameters: {
      query: {
        /** @description Segments that the request is in by a header or its body, which are not known here; repeat it for several. Of lists of units it is known */
        segment?: string | string[];
        unit: string;
      };
      header?: never;
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ResolvedVersion'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  PrimaryController_retire: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          reason: string;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RetiredModel'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  PrimaryController_rollback: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @default false */
          force?: boolean;
          /** @description The version to go back from, as you saw it: when it has left by now, nothing is done */
          from?: number;
          reason: string;
          /**
           * @description The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
           * @default false
           */
          unlessRepeated?: boolean;
          /** @default null */
          version?: number | null;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MovedPrimary'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  RolloutsController_list: {
    parameters: {
      query?: {
        pageSize?: number;
        pageToken?: string | null;
        /** @description Of this version only */
        version?: number;
      };
      header?: never;
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Rollout'][];
            nextPageToken: string | null;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  RolloutsController_start: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /**
           * @description Although the artifact is not proven in the environment before. Needs a reason, and the scope admin
           * @default false
           */
          overrideEnvironment?: boolean;
          /**
           * @description A hot fix: freeze windows do not hold it. Needs a reason, and the scope operate
           * @default false
           */
          overrideFreeze?: boolean;
          policy?: unknown;
          /** @default  */
          reason?: string;
          /**
           * Format: date-time
           * @description Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now
           */
          startAt?: string | null;
          version: number;
        };
      };
    };
    responses: {
      /** @description Started, or under way already */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Rollout'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  RoutesController_show: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Route'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  SegmentsController_show: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CallerSegments'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  SegmentsController_replace: {
    parameters: {
      query?: never;
      header?: {
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CallerSegments'];
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CallerSegments'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  PrimaryController_unretire: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @default false */
          force?: boolean;
          reason: string;
          /**
           * @description The version that is to serve; null: the last proven one that served
           * @default null
           */
          version?: number | null;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MovedPrimary'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  VersionsController_list: {
    parameters: {
      query?: {
        /** @description Conditions joined by AND, as `name LIKE 'rank%' AND tags.team = 'search'` */
        filter?: string;
        /** @description Keys with ASC or DESC, joined by commas, as `updatedAt DESC` */
        orderBy?: string;
        pageSize?: number;
        pageToken?: string | null;
      };
      header?: never;
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Version'][];
            nextPageToken: string | null;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  VersionsController_register: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path: {
        model: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          artifact?: {
            digest: string;
            /** @description Of an uploaded artifact */
            fileName?: string;
            uri?: string;
          } | null;
          baseline?: {
            confidence?:
              | {
                  counts: number[];
                  edges: number[];
                  /** @default 0 */
                  missing?: number;
                }
              | {
                  categories: {
                    [key: string]: number;
                  };
                  /** @default 0 */
                  missing?: number;
                };
            features?: {
              [key: string]: {
                path: string;
              };
            };
            output?:
              | {
                  counts: number[];
                  edges: number[];
                  /** @default 0 */
                  missing?: number;
                }
              | {
                  categories: {
                    [key: string]: number;
                  };
                  /** @default 0 */
                  missing?: number;
                };
          } | null;
          /**
           * @description The model card, in Markdown
           * @default
           */
          card?: string;
          /**
           * @description Copies artifact, digest and metadata of this version, as from staging to prod; what is said beside it wins. Serving URLs are not copied
           * @default null
           */
          copyOf?: {
            model: string;
            version: number;
          } | null;
          /** @default false */
          createModel?: boolean;
          /** @default {} */
          dataset?: {
            [key: string]: string;
          };
          /** @default  */
          description?: string;
          /**
           * @description Where the model server says that it is ready (any 2xx). Default: the usual paths of model servers; `none`: any answer below 500
           * @default null
           */
          healthPath?: string | null;
          /** @default {} */
          metrics?: {
            [key: string]: number;
          };
          /** @description Left out: the primary's. A name, such as `open-inference`, stands for its protocol's */
          outputSpec?:
            | (
                | {
                    /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                    agreeing?: number;
                    /** @enum {string} */
                    kind?: 'label' | 'score' | 'ranking' | 'probabilities' | 'tensor' | 'text';
                    minCorrelation?: number;
                    /** @description Open Inference: the output's name; left out: the first one */
                    output?: string;
                    /** @enum {string} */
                    preset: 'open-inference' | 'tf-serving' | 'mlflow' | 'openai' | 'auto';
                    /** @description How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0 */
                    relativeTolerance?: number;
                    similarity?: number;
                    tolerance?: number;
                  }
                | (
                    | {
                        /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                        agreeing?: number;
                        confidence?: string;
                        /** @enum {string} */
                        kind: 'label';
                        path: string;
                      }
                    | {
                        /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                        agreeing?: number;
                        /** @enum {string} */
                        kind: 'probabilities';
                        path: string;
                      }
                    | {
                        /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                        agreeing?: number;
                        /** @enum {string} */
                        kind: 'tensor';
                        path: string;
                        /** @description How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0 */
                        relativeTolerance?: number;
                        /** @default 0 */
                        tolerance?: number;
                      }
                    | {
                        /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                        agreeing?: number;
                        /** @enum {string} */
                        kind: 'score';
                        path: string;
                        /** @description How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0 */
                        relativeTolerance?: number;
                        /** @default 0 */
                        tolerance?: number;
                      }
                    | {
                        /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                        agreeing?: number;
                        /** @enum {string} */
                        kind: 'ranking';
                        /** @default 0.5 */
                        minCorrelation?: number;
                        path: string;
                      }
                    | {
                        /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                        agreeing?: number;
                        /** @enum {string} */
                        kind: 'text';
                        path: string;
                        /** @default 1 */
                        similarity?: number;
                      }
                  )
                | ('open-inference' | 'tf-serving' | 'mlflow' | 'openai' | 'auto')
              )
            | null;
          rollout?:
            | boolean
            | {
                policy?: unknown;
                /**
                 * Format: date-time
                 * @description Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now
                 */
                startAt?: string | null;
              };
          /**
           * @description Where it answers: a list of one
           * @default null
           */
          servingUrl?: string | null;
          /**
           * @description Where its replicas answer: gateways balance over them; servingUrl, where it is there too, is the first
           * @default null
           */
          servingUrls?: string[] | null;
          /** @default null */
          signature?: components['schemas']['__schema0'];
          /** @default {} */
          source?: {
            [key: string]: string;
          };
          /** @default {} */
          tags?: {
            [key: string]: string;
          };
          /** @default [] */
          upstreams?: {
            model: string;
            version: number;
          }[];
        };
      };
    };
    responses: {
      /** @description Registered */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Version'] &
            ({
              rollout: components['schemas']['Rollout'] | null;
              /** @description What is no mistake for certain: an output spec that was not tried, or reads some answers only */
              warnings: ({
                code: string;
                detail: string;
              } & {
                [key: string]: unknown;
              })[];
            } & {
              [key: string]: unknown;
            });
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  VersionsController_show: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        model: string;
        version: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Version'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  VersionsController_remove: {
    parameters: {
      query?: never;
      header?: {
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        model: string;
        version: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; there is nothing to say */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  VersionsController_edit: {
    parameters: {
      query?: never;
      header?: {
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        model: string;
        version: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          description?: string;
          /** @description Where the model server says that it is ready (any 2xx). Default: the usual paths of model servers; `none`: any answer below 500 */
          healthPath?: string | null;
          /** @description Corrects it: an operator, with a `reason`, while no rollout of the model runs */
          outputSpec?:
            | (
                | {
                    /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                    agreeing?: number;
                    /** @enum {string} */
                    kind?: 'label' | 'score' | 'ranking' | 'probabilities' | 'tensor' | 'text';
                    minCorrelation?: number;
                    /** @description Open Inference: the output's name; left out: the first one */
                    output?: string;
                    /** @enum {string} */
                    preset: 'open-inference' | 'tf-serving' | 'mlflow' | 'openai' | 'auto';
                    /** @description How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0 */
                    relativeTolerance?: number;
                    similarity?: number;
                    tolerance?: number;
                  }
                | (
                    | {
                        /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                        agreeing?: number;
                        confidence?: string;
                        /** @enum {string} */
                        kind: 'label';
                        path: string;
                      }
                    | {
                        /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                        agreeing?: number;
                        /** @enum {string} */
                        kind: 'probabilities';
                        path: string;
                      }
                    | {
                        /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                        agreeing?: number;
                        /** @enum {string} */
                        kind: 'tensor';
                        path: string;
                        /** @description How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0 */
                        relativeTolerance?: number;
                        /** @default 0 */
                        tolerance?: number;
                      }
                    | {
                        /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                        agreeing?: number;
                        /** @enum {string} */
                        kind: 'score';
                        path: string;
                        /** @description How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0 */
                        relativeTolerance?: number;
                        /** @default 0 */
                        tolerance?: number;
                      }
                    | {
                        /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                        agreeing?: number;
                        /** @enum {string} */
                        kind: 'ranking';
                        /** @default 0.5 */
                        minCorrelation?: number;
                        path: string;
                      }
                    | {
                        /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                        agreeing?: number;
                        /** @enum {string} */
                        kind: 'text';
                        path: string;
                        /** @default 1 */
                        similarity?: number;
                      }
                  )
                | ('open-inference' | 'tf-serving' | 'mlflow' | 'openai' | 'auto')
              )
            | null;
          /** @default  */
          reason?: string;
          /** @description Where it answers: a list of one */
          servingUrl?: string | null;
          /** @description Where its replicas answer */
          servingUrls?: string[] | null;
          tags?: {
            [key: string]: string | null;
          };
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Version'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  VersionFactsController_card: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        model: string;
        version: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/markdown': string;
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  VersionFactsController_compatibility: {
    parameters: {
      query?: {
        with?: number;
      };
      header?: never;
      path: {
        model: string;
        version: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Compatibility'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  VersionFactsController_lineage: {
    parameters: {
      query?: {
        depth?: number;
        direction?: 'upstream' | 'downstream' | 'both';
      };
      header?: never;
      path: {
        model: string;
        version: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Lineage'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  VersionFactsController_series: {
    parameters: {
      query?: {
        metric?: string;
        pageSize?: number;
        pageToken?: string | null;
      };
      header?: never;
      path: {
        model: string;
        version: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: ({
              metric: string;
              step: number;
              /** Format: date-time */
              timestamp: string;
              value: number;
            } & {
              [key: string]: unknown;
            })[];
            nextPageToken: string | null;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  VersionFactsController_addMetrics: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path: {
        model: string;
        version: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @default {} */
          metrics?: {
            [key: string]: number;
          };
          /** @default [] */
          points?: {
            metric: string;
            /** @default 0 */
            step?: number;
            /** Format: date-time */
            timestamp?: string;
            value: number;
          }[];
          /** @default 0 */
          step?: number;
          /** Format: date-time */
          timestamp?: string;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            metrics: {
              [key: string]: number;
            };
            model: string;
            version: number;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  VersionFactsController_score: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        model: string;
        version: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MlTestScore'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  PoliciesController_validate: {
    parameters: {
      query?: {
        callers?: number;
        /** @description A model that may get it: its traffic counts where none is said, and `model` says what would change for it */
        model?: string;
        requestsPerSecond?: number;
      };
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Plan'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ReleaseGroupsController_list: {
    parameters: {
      query?: {
        live?: 'true' | 'false';
        pageSize?: number;
        pageToken?: string | null;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['ReleaseGroup'][];
            nextPageToken: string | null;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ReleaseGroupsController_start: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          members: {
            model: string;
            /** @description Its own policy, which may only tighten its model's */
            policy?: unknown;
            version: number;
          }[];
          /**
           * @description Although an artifact is not proven in the environment before. Needs a reason, and the scope admin
           * @default false
           */
          overrideEnvironment?: boolean;
          /**
           * @description A hot fix. Needs a reason, and the scope operate
           * @default false
           */
          overrideFreeze?: boolean;
          /** @default  */
          reason?: string;
          /**
           * Format: date-time
           * @description Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now
           */
          startAt?: string | null;
        };
      };
    };
    responses: {
      /** @description Started, or under way already */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ReleaseGroup'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ReleaseGroupsController_show: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ReleaseGroup'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'ReleaseGroupsController_steer[2]': {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /**
           * @description promote and finish: although a freeze window is open
           * @default false
           */
          overrideFreeze?: boolean;
          reason: string;
          /**
           * @description The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
           * @default false
           */
          unlessRepeated?: boolean;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ActedReleaseGroup'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'ReleaseGroupsController_judge[0]': {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          reason: string;
          /**
           * @description The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
           * @default false
           */
          unlessRepeated?: boolean;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ActedReleaseGroup'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'ReleaseGroupsController_steer[1]': {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /**
           * @description promote and finish: although a freeze window is open
           * @default false
           */
          overrideFreeze?: boolean;
          reason: string;
          /**
           * @description The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
           * @default false
           */
          unlessRepeated?: boolean;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ActedReleaseGroup'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'ReleaseGroupsController_steer[0]': {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /**
           * @description promote and finish: although a freeze window is open
           * @default false
           */
          overrideFreeze?: boolean;
          reason: string;
          /**
           * @description The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
           * @default false
           */
          unlessRepeated?: boolean;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ActedReleaseGroup'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'ReleaseGroupsController_judge[1]': {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          reason: string;
          /**
           * @description The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
           * @default false
           */
          unlessRepeated?: boolean;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ActedReleaseGroup'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ReleaseGroupsController_retry: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /**
           * @description As a hot fix: freeze windows do not hold it
           * @default false
           */
          overrideFreeze?: boolean;
          reason: string;
          /**
           * Format: date-time
           * @description Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now
           */
          startAt?: string | null;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ReleaseGroup'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  ReleaseGroupsController_register: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          members: {
            artifact?: {
              digest: string;
              /** @description Of an uploaded artifact */
              fileName?: string;
              uri?: string;
            } | null;
            baseline?: {
              confidence?:
                | {
                    counts: number[];
                    edges: number[];
                    /** @default 0 */
                    missing?: number;
                  }
                | {
                    categories: {
                      [key: string]: number;
                    };
                    /** @default 0 */
                    missing?: number;
                  };
              features?: {
                [key: string]: {
                  path: string;
                };
              };
              output?:
                | {
                    counts: number[];
                    edges: number[];
                    /** @default 0 */
                    missing?: number;
                  }
                | {
                    categories: {
                      [key: string]: number;
                    };
                    /** @default 0 */
                    missing?: number;
                  };
            } | null;
            /**
             * @description The model card, in Markdown
             * @default
             */
            card?: string;
            /**
             * @description Copies artifact, digest and metadata of this version, as from staging to prod; what is said beside it wins. Serving URLs are not copied
             * @default null
             */
            copyOf?: {
              model: string;
              version: number;
            } | null;
            /** @default {} */
            dataset?: {
              [key: string]: string;
            };
            /** @default  */
            description?: string;
            /**
             * @description Where the model server says that it is ready (any 2xx). Default: the usual paths of model servers; `none`: any answer below 500
             * @default null
             */
            healthPath?: string | null;
            /** @default {} */
            metrics?: {
              [key: string]: number;
            };
            model: string;
            /** @description Left out: the primary's. A name, such as `open-inference`, stands for its protocol's */
            outputSpec?:
              | (
                  | {
                      /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                      agreeing?: number;
                      /** @enum {string} */
                      kind?: 'label' | 'score' | 'ranking' | 'probabilities' | 'tensor' | 'text';
                      minCorrelation?: number;
                      /** @description Open Inference: the output's name; left out: the first one */
                      output?: string;
                      /** @enum {string} */
                      preset: 'open-inference' | 'tf-serving' | 'mlflow' | 'openai' | 'auto';
                      /** @description How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0 */
                      relativeTolerance?: number;
                      similarity?: number;
                      tolerance?: number;
                    }
                  | (
                      | {
                          /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                          agreeing?: number;
                          confidence?: string;
                          /** @enum {string} */
                          kind: 'label';
                          path: string;
                        }
                      | {
                          /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                          agreeing?: number;
                          /** @enum {string} */
                          kind: 'probabilities';
                          path: string;
                        }
                      | {
                          /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                          agreeing?: number;
                          /** @enum {string} */
                          kind: 'tensor';
                          path: string;
                          /** @description How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0 */
                          relativeTolerance?: number;
                          /** @default 0 */
                          tolerance?: number;
                        }
                      | {
                          /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                          agreeing?: number;
                          /** @enum {string} */
                          kind: 'score';
                          path: string;
                          /** @description How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0 */
                          relativeTolerance?: number;
                          /** @default 0 */
                          tolerance?: number;
                        }
                      | {
                          /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                          agreeing?: number;
                          /** @enum {string} */
                          kind: 'ranking';
                          /** @default 0.5 */
                          minCorrelation?: number;
                          path: string;
                        }
                      | {
                          /** @description Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees */
                          agreeing?: number;
                          /** @enum {string} */
                          kind: 'text';
                          path: string;
                          /** @default 1 */
                          similarity?: number;
                        }
                    )
                  | ('open-inference' | 'tf-serving' | 'mlflow' | 'openai' | 'auto')
                )
              | null;
            /** @description Its own policy, which may only tighten its model's */
            policy?: unknown;
            /**
             * @description Where it answers: a list of one
             * @default null
             */
            servingUrl?: string | null;
            /**
             * @description Where its replicas answer: gateways balance over them; servingUrl, where it is there too, is the first
             * @default null
             */
            servingUrls?: string[] | null;
            /** @default null */
            signature?: components['schemas']['__schema0'];
            /** @default {} */
            source?: {
              [key: string]: string;
            };
            /** @default {} */
            tags?: {
              [key: string]: string;
            };
            /** @default [] */
            upstreams?: {
              model: string;
              version: number;
            }[];
          }[];
          /** @default registered together */
          reason?: string;
          /**
           * Format: date-time
           * @description Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now
           */
          startAt?: string | null;
        };
      };
    };
    responses: {
      /** @description Registered, and under way */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ReleaseGroup'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  RolloutsController_listAll: {
    parameters: {
      query?: {
        /** @description true: those that have ended, the latest end first */
        ended?: 'true' | 'false';
        live?: 'true' | 'false';
        pageSize?: number;
        pageToken?: string | null;
        /** @description Those that only a person can move on: that wait for approval, or are paused */
        waitsFor?: 'person';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Rollout'][];
            nextPageToken: string | null;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  RolloutsController_show: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Rollout'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'RolloutsController_act[4]': {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /**
           * @description skip and promote: although a freeze window is open; retry: as a hot fix
           * @default false
           */
          overrideFreeze?: boolean;
          reason: string;
          /**
           * Format: date-time
           * @description Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now
           */
          startAt?: string | null;
          /** @description The step that you saw; 409 step_moved when it is another by now */
          step?: number;
          /**
           * @description The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
           * @default false
           */
          unlessRepeated?: boolean;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ActedOnRollout'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'RolloutsController_judge[0]': {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          digest?: string | null;
          policyHash?: string;
          reason: string;
          /** @description The step that you saw; 409 step_moved when it is another by now */
          step?: number;
          /**
           * @description The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
           * @default false
           */
          unlessRepeated?: boolean;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ActedOnRollout'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  RolloutsController_distributions: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: ({
              baseline: {
                [key: string]: number;
              } | null;
              candidate: {
                [key: string]: number;
              };
              candidateToBaseline:
                | ({
                    chiSquare: {
                      [key: string]: unknown;
                    };
                    jensenShannon: number;
                    stabilityIndex: number;
                  } & {
                    [key: string]: unknown;
                  })
                | null;
              candidateToPrimary:
                | ({
                    chiSquare: {
                      [key: string]: unknown;
                    };
                    jensenShannon: number;
                    stabilityIndex: number;
                  } & {
                    [key: string]: unknown;
                  })
                | null;
              name: string;
              primary: {
                [key: string]: number;
              };
              primaryToBaseline:
                | ({
                    chiSquare: {
                      [key: string]: unknown;
                    };
                    jensenShannon: number;
                    stabilityIndex: number;
                  } & {
                    [key: string]: unknown;
                  })
                | null;
              step: number;
            } & {
              [key: string]: unknown;
            })[];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  RolloutsController_events: {
    parameters: {
      query?: {
        include?: 'look';
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description Files that have events of this time which are in the database no more, newest first; at most 100 */
            detached: components['schemas']['EventExport'][];
            items: components['schemas']['Event'][];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  RolloutsController_evidence: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: ({
              candidate: components['schemas']['Tally'];
              primary: components['schemas']['Tally'];
              segments: ({
                candidate: components['schemas']['Tally'];
                primary: components['schemas']['Tally'];
                segment: string;
                shadow: components['schemas']['Tally'];
              } & {
                [key: string]: unknown;
              })[];
              shadow: components['schemas']['Tally'];
              /** @description What of the above was counted in the start of the step; gates leave out what is before their startPeriod */
              startPeriods: ({
                candidate: components['schemas']['Tally'];
                /** @description The candidate's process was just started when the step began */
                cold: boolean;
                primary: components['schemas']['Tally'];
                shadow: components['schemas']['Tally'];
                /** @description From when on, in ms of the step's clock */
                sinceMs: number;
              } & {
                [key: string]: unknown;
              })[];
              step: number;
            } & {
              [key: string]: unknown;
            })[];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'RolloutsController_act[0]': {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /**
           * @description skip and promote: although a freeze window is open; retry: as a hot fix
           * @default false
           */
          overrideFreeze?: boolean;
          reason: string;
          /**
           * Format: date-time
           * @description Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now
           */
          startAt?: string | null;
          /** @description The step that you saw; 409 step_moved when it is another by now */
          step?: number;
          /**
           * @description The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
           * @default false
           */
          unlessRepeated?: boolean;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ActedOnRollout'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'RolloutsController_act[3]': {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /**
           * @description skip and promote: although a freeze window is open; retry: as a hot fix
           * @default false
           */
          overrideFreeze?: boolean;
          reason: string;
          /**
           * Format: date-time
           * @description Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now
           */
          startAt?: string | null;
          /** @description The step that you saw; 409 step_moved when it is another by now */
          step?: number;
          /**
           * @description The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
           * @default false
           */
          unlessRepeated?: boolean;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ActedOnRollout'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'RolloutsController_judge[1]': {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          digest?: string | null;
          policyHash?: string;
          reason: string;
          /** @description The step that you saw; 409 step_moved when it is another by now */
          step?: number;
          /**
           * @description The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
           * @default false
           */
          unlessRepeated?: boolean;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ActedOnRollout'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  RolloutsController_replay: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          policy?: unknown;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Replay'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'RolloutsController_act[1]': {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /**
           * @description skip and promote: although a freeze window is open; retry: as a hot fix
           * @default false
           */
          overrideFreeze?: boolean;
          reason: string;
          /**
           * Format: date-time
           * @description Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now
           */
          startAt?: string | null;
          /** @description The step that you saw; 409 step_moved when it is another by now */
          step?: number;
          /**
           * @description The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
           * @default false
           */
          unlessRepeated?: boolean;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ActedOnRollout'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'RolloutsController_act[5]': {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /**
           * @description skip and promote: although a freeze window is open; retry: as a hot fix
           * @default false
           */
          overrideFreeze?: boolean;
          reason: string;
          /**
           * Format: date-time
           * @description Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now
           */
          startAt?: string | null;
          /** @description The step that you saw; 409 step_moved when it is another by now */
          step?: number;
          /**
           * @description The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
           * @default false
           */
          unlessRepeated?: boolean;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ActedOnRollout'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  RolloutsController_samples: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: ({
              badness: number;
              candidate: {
                body: string;
                status: number;
              } & {
                [key: string]: unknown;
              };
              primary: {
                body: string;
                status: number;
              } & {
                [key: string]: unknown;
              };
              request: string;
              requestId: string;
              revision: number;
            } & {
              [key: string]: unknown;
            })[];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  SharedRolloutsController_share: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /**
           * @description How long the link opens the page: 1m to 30d
           * @default 7d
           */
          expiresIn?: string;
        };
      };
    };
    responses: {
      /** @description A new link */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** Format: date-time */
            expiresAt: string;
            /** @description Of the picture alone, a PNG of 1200 × 630 */
            image: string;
            /** @description Of the page; chats show its picture */
            url: string;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'RolloutsController_act[2]': {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
        /** @description Only if it still has this ETag, or one of a list; otherwise 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /**
           * @description skip and promote: although a freeze window is open; retry: as a hot fix
           * @default false
           */
          overrideFreeze?: boolean;
          reason: string;
          /**
           * Format: date-time
           * @description Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now
           */
          startAt?: string | null;
          /** @description The step that you saw; 409 step_moved when it is another by now */
          step?: number;
          /**
           * @description The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
           * @default false
           */
          unlessRepeated?: boolean;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ActedOnRollout'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  SharedRolloutsController_page: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        link: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/html': string;
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  SharedRolloutsController_card: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        link: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'image/png': string;
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  StreamController_stream: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': {
            data?: string;
            event?: string;
            id?: string;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  SubscriptionsController_list: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Subscription'][];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  SubscriptionsController_create: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description Left out: rollout.*, version.*, alias.*, gate.*, subscription.*; for Slack what people act on: rollout.created, rollout.advanced, rollout.paused, rollout.traffic_paused, rollout.not_started, rollout.promoted, rollout.rolled_back, rollout.aborted, subscription.* */
          events?: string[];
          /**
           * @default cloudevents
           * @enum {string}
           */
          format?: 'cloudevents' | 'slack';
          /** @default null */
          models?: string[] | null;
          name: string;
          secret?: string;
          url: string;
        };
      };
    };
    responses: {
      /** @description Made */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            because: string;
            createdBy: string;
            events: string[];
            failingSince: string | null;
            /** @enum {string} */
            format: 'cloudevents' | 'slack';
            id: string;
            models: string[] | null;
            name: string;
            secret: string;
            /** @enum {string} */
            state: 'active' | 'disabled';
            /** @description What may be a key is left out (`…`): the values of its query, and what of its path is no word; of the format `slack` the whole path. Sent back by PATCH as it is shown, it stays */
            url: string;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  SubscriptionsController_show: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Subscription'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  SubscriptionsController_remove: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; there is nothing to say */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  SubscriptionsController_edit: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          events?: string[];
          models?: string[] | null;
          name?: string;
          /** @enum {string} */
          state?: 'active' | 'disabled';
          url?: string;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Subscription'];
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  SubscriptionsController_deliveries: {
    parameters: {
      query?: {
        pageSize?: number;
        pageToken?: string | null;
        state?: 'waiting' | 'delivered' | 'dead' | null;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Delivery'][];
            nextPageToken: string | null;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  SubscriptionsController_replayOne: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path: {
        delivery: string;
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            replayed: number;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  SubscriptionsController_replayAll: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            replayed: number;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  SubscriptionsController_rotate: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @default 24h */
          overlap?: string;
        };
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            oldUntil: string;
            secret: string;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  TokensController_list: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: ({
              expiresAt: string | null;
              id: string;
              lastUsedAt: string | null;
              models: string[] | null;
              name: string;
              owner: string | null;
              scopes: ('read' | 'publish' | 'operate' | 'approve' | 'admin' | 'gateway' | 'feedback')[];
            } & {
              [key: string]: unknown;
            })[];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  TokensController_create: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /**
           * Format: date-time
           * @default null
           */
          expiresAt?: string | null;
          /** @default null */
          models?: string[] | null;
          name: string;
          /** @default null */
          owner?: string | null;
          /** @enum {string} */
          role?: 'viewer' | 'publisher' | 'operator' | 'approver' | 'admin';
          scopes?: ('read' | 'publish' | 'operate' | 'approve' | 'admin' | 'gateway' | 'feedback')[];
        };
      };
    };
    responses: {
      /** @description Made */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            expiresAt: string | null;
            id: string;
            models: string[] | null;
            name: string;
            owner: string | null;
            scopes: ('read' | 'publish' | 'operate' | 'approve' | 'admin' | 'gateway' | 'feedback')[];
            token: string;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  TokensController_remove: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; there is nothing to say */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  TokensController_rotate: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @default 24h */
          overlap?: string;
        };
      };
    };
    responses: {
      /** @description Made */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            expiresAt: string | null;
            id: string;
            models: string[] | null;
            name: string;
            oldExpiresAt: string;
            owner: string | null;
            scopes: ('read' | 'publish' | 'operate' | 'approve' | 'admin' | 'gateway' | 'feedback')[];
            token: string;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  WebhookSourcesController_list: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: ({
              /** @enum {string} */
              kind: 'github' | 'gitlab' | 'standard' | 'github-oidc';
              models: string[];
              name: string;
              repository: string | null;
              url: string;
            } & {
              [key: string]: unknown;
            })[];
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  WebhookSourcesController_create: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          audience?: string;
          branches?: string[];
          environments?: string[];
          events?: string[];
          issuer?: string;
          jobWorkflowRefs?: string[];
          jwksUrl?: string;
          /** @enum {string} */
          kind: 'github' | 'gitlab' | 'standard' | 'github-oidc';
          manifest?:
            | {
                pointer: string;
              }
            | {
                template: {
                  [key: string]: components['schemas']['__schema0'];
                };
              }
            | {
                token?: string;
                url: string;
              };
          models: string[];
          name: string;
          ownerIds?: (number | string)[];
          /** @default null */
          repository?: string | null;
          repositoryIds?: (number | string)[];
          secret?: string;
          tags?: string[];
          /** @enum {string} */
          verification?: 'signature' | 'token';
          workflows?: string[];
        };
      };
    };
    responses: {
      /** @description Made */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @enum {string} */
            kind: 'github' | 'gitlab' | 'standard' | 'github-oidc';
            models: string[];
            name: string;
            repository: string | null;
            secret: string;
            url: string;
          } & {
            [key: string]: unknown;
          };
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not in this format */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  WebhookSourcesController_remove: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; there is nothing to say */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  WebhooksController_github: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path: {
        source: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json':
            | ({
                ignored: string;
              } & {
                [key: string]: unknown;
              })
            | ({
                model: string;
                rolloutId: string | null;
                version: number;
              } & {
                [key: string]: unknown;
              })
            | ({
                members: ({
                  model: string;
                  rolloutId: string;
                  version: number;
                } & {
                  [key: string]: unknown;
                })[];
                releaseGroupId: string;
              } & {
                [key: string]: unknown;
              });
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  WebhooksController_gitlab: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path: {
        source: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json':
            | ({
                ignored: string;
              } & {
                [key: string]: unknown;
              })
            | ({
                model: string;
                rolloutId: string | null;
                version: number;
              } & {
                [key: string]: unknown;
              })
            | ({
                members: ({
                  model: string;
                  rolloutId: string;
                  version: number;
                } & {
                  [key: string]: unknown;
                })[];
                releaseGroupId: string;
              } & {
                [key: string]: unknown;
              });
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  WebhooksController_standard: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key again gives the first answer, and does nothing */
        'Idempotency-Key'?: string;
      };
      path: {
        source: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json':
            | ({
                ignored: string;
              } & {
                [key: string]: unknown;
              })
            | ({
                model: string;
                rolloutId: string | null;
                version: number;
              } & {
                [key: string]: unknown;
              })
            | ({
                members: ({
                  model: string;
                  rolloutId: string;
                  version: number;
                } & {
                  [key: string]: unknown;
                })[];
                releaseGroupId: string;
              } & {
                [key: string]: unknown;
              });
        };
      };
      /** @description It cannot be read */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No token, or one that is not known */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The token may not do this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not as things stand now */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It has changed since the ETag in If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Understood, and wrong: `errors` says where */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests; `Retry-After` says when again */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The URL and headers together are larger than 16 KB */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The database does not answer right now */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  healthz: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Yes */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/plain': string;
        };
      };
    };
  };
  metrics: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description In the text format */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/plain': string;
        };
      };
    };
  };
  readyz: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Yes */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/plain': string;
        };
      };
      /** @description Not now, and why */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/plain': string;
        };
      };
    };
  };
}

/** The layers of the repository: `services → lambda, carrier-*, road-router, geocoder, aws → contracts → domain`. */

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    forbid(
      'no-circular',
      'Modules must not import each other in a cycle. Merge them, or extract the shared part.',
      {},
      { circular: true },
    ),
    forbid(
      'no-unresolvable',
      'An import that cannot be resolved. `cloudfront` exists in CloudFront alone, `aws-lambda` is only types.',
      {},
      { couldNotResolve: true, pathNot: '^(cloudfront|aws-lambda)$' },
    ),
    forbid(
      'domain-is-pure',
      'The domain knows no AWS, HTTP or clock. Its one dependency counts the segments of an SMS.',
      { path: '^packages/domain/src', pathNot: '\\.test\\.ts$|/testing/' },
      { pathNot: '^packages/domain/src|sms-segments-calculator' },
    ),
    forbid(
      'contracts-know-the-domain-alone',
      'Schemas are built from the domain’s constants.',
      { path: '^packages/contracts/src', pathNot: '\\.test\\.ts$' },
      { path: '^(packages|services)/', pathNot: '^packages/(contracts|domain)/' },
    ),
    forbid(
      'inward',
      'lambda, the carriers, road-router, geocoder, aws and the parts of the site are peers: they use contracts and domain, and not each other.',
      {
        path: '^packages/(lambda|carrier-[a-z-]+|road-router|geocoder|aws|tracking-page|widget|page-map|street-tiles|edge-function|site-publishing)/src',
        pathNot: '\\.test\\.ts$|/testing/',
      },
      { path: '^(packages/(cli|local|packaging|owner-credentials|emulator-[a-z]+)|services)/' },
    ),
    forbid(
      'lambda-without-aws',
      'The HTTP stack stores nothing.',
      { path: '^packages/lambda/src' },
      { path: '^packages/(aws|carrier-[a-z-]+)/|@aws-sdk' },
    ),
    forbid(
      'carriers-without-lambda',
      'A carrier, a routing engine or a geocoder knows no HTTP stack.',
      { path: '^packages/(carrier-[a-z-]+|road-router|geocoder)/src' },
      { path: '^packages/(aws|lambda)/' },
    ),
    forbid(
      'packages-without-services',
      'Services, the command line and the local system use packages. A package uses none of them.',
      { path: '^packages/' },
      { path: '^services/' },
    ),
    forbid(
      'emulators-without-the-product',
      'The emulators could be published, so they do not depend on the product.',
      {
        path: '^packages/(emulator-[a-z]+|cloudformation|local-server)/src',
        pathNot: '\\.test\\.ts$',
      },
      {
        path: '^(packages|services)/',
        pathNot: '^packages/(emulator-[a-z]+|cloudformation|local-server|test-browser|json|retry)/',
      },
    ),
    forbid(
      'emulators-apart',
      'Each emulator works without the others.',
      { path: '^packages/emulator-([a-z]+)/src', pathNot: '\\.test\\.ts$' },
      { path: '^packages/emulator-', pathNot: '^packages/emulator-$1/' },
    ),
    forbid(
      'services-apart',
      'Services share packages, never each other’s code.',
      { path: '^services/([^/]+)/' },
      { path: '^services/([^/]+)/', pathNot: '^services/$1/' },
    ),
    forbid(
      'browser-without-node',
      'The tracking page, the widget and the map run in a browser.',
      { path: '^packages/(tracking-page|widget|page-map)/src', pathNot: '\\.test\\.ts$|/testing/' },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'tracking-page-without-frames',
      'The map and the widget build on the tracking page. The tracking page does not import the map; it loads it by its URL.',
      { path: '^packages/tracking-page/src', pathNot: '\\.test\\.ts$|/testing/' },
      { path: '^packages/', pathNot: '^packages/(tracking-page|contracts|domain)/' },
    ),
    forbid(
      'map-and-widget-on-the-tracking-page',
      'The map and the widget may use the tracking page and the domain, but not each other.',
      { path: '^packages/(page-map|widget)/src', pathNot: '\\.test\\.ts$|/testing/' },
      { path: '^packages/', pathNot: '^packages/($1|tracking-page|contracts|domain)/' },
    ),
    forbid(
      'street-tiles-and-edge-function-alone',
      'They may use facts of the domain and of the contracts, but no other part of the site.',
      { path: '^packages/(street-tiles|edge-function)/src', pathNot: '\\.test\\.ts$|/testing/' },
      { path: '^packages/', pathNot: '^packages/($1|contracts|domain)/' },
    ),
    forbid(
      'functions-without-the-company-file',
      'They read one line that is made from it; its validator would be a fifth of each bundle.',
      {
        path: '^(packages/(lambda|carrier-[a-z-]+|road-router|geocoder|aws)|services/(job-api|telemetry-ingest|sms-relay))/src',
      },
      { path: '^packages/company/', pathNot: '^packages/company/src/packaged-company\\.ts$' },
    ),
    forbid(
      'packaged-company-without-validator',
      'Functions bundle only this file of the package.',
      { path: '^packages/company/src/packaged-company\\.ts$' },
      // zlib comes with Node.
      { pathNot: '^packages/(contracts|domain|json)/src/|^zlib$' },
    ),
    forbid(
      'json-and-retry-alone',
      'Every package may use them, so they use no package.',
      { path: '^packages/(json|retry)/src', pathNot: '\\.test\\.ts$' },
      { path: '^(packages|services)/', pathNot: '^packages/$1/' },
    ),
    forbid(
      'world-without-the-product',
      'It measures the product, so its idea of right must not come from there.',
      { path: '^packages/world/' },
      { path: '^(packages|services|tests)/', pathNot: '^packages/world/' },
    ),
    forbid(
      'services-without-local',
      'Code that runs on AWS does not depend on the local system.',
      { path: '^services/', pathNot: '\\.test\\.ts$|/testing/' },
      { path: '^packages/(local|cli|packaging|owner-credentials|emulator-[a-z]+)/' },
    ),
    forbid(
      'middy-in-one-place',
      'Functions use packages/lambda.',
      { pathNot: '^packages/lambda/|node_modules' },
      { path: 'node_modules/@middy/' },
    ),
    forbid(
      'aws-sdk-in-adapters',
      'Only the adapters, the AWS carrier, the site’s deployment and the local system call AWS.',
      {
        path: '^(packages|services)/',
        pathNot:
          '^packages/(aws|local|emulator-aws|cloudformation)/|^packages/carrier-aws-sms/src/aws-sms\\.ts$|^packages/(road-router|geocoder)/src/amazon-location\\.ts$|^packages/site-publishing/src/deploy/|\\.test\\.ts$|/testing/',
      },
      { path: 'node_modules/@aws-sdk/' },
    ),
    forbid(
      'never-all-of-twilio',
      'The whole client is 3.75 MB and 170 ms to import. The contract check drives the emulator with it.',
      { pathNot: '^packages/emulator-carriers/src/twilio/testing/contract-check\\.ts$' },
      { path: 'node_modules/twilio/(index|lib/index|lib/rest/Twilio)\\.' },
    ),
    forbid(
      'tests-and-bench-through-exports',
      'Import a package or a service by its name and its exports, so that moving a file inside it breaks nothing.',
      { path: '^(tests|bench)/' },
      { path: '^(packages|services)/', dependencyTypes: ['local'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/|/\\.esbuild|/\\.serverless/|src/generated/' },
    tsPreCompilationDeps: true,
    // Its TypeScript parser does not know TypeScript 7 yet.
    parser: 'swc',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};

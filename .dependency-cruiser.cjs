/**
 * The arrows of the tree: kernel <- platform <- event-store <- accounts <- organizations <- projects <- members
 * <- api-keys, providers <- policies <- gateway <- usage <- audit <- integrations <- apps. A lib may import what
 * stands in a row before its own, through its front door only.
 */
const ROWS = [
  ['kernel'],
  ['platform'],
  ['event-store'],
  ['accounts'],
  ['organizations'],
  ['projects'],
  ['members'],
  ['api-keys', 'providers'],
  ['policies'],
  ['gateway'],
  ['usage'],
  ['audit'],
  ['integrations'],
];

const arrows = ROWS.flatMap((row, i) =>
  row.map((lib) => {
    const allowed = [...ROWS.slice(0, i).flat(), lib];
    return {
      name: `${lib}-looks-left`,
      severity: 'error',
      comment: `libs/${lib} imports only libs to its left`,
      from: { path: `^libs/${lib}/` },
      to: { path: '^(libs|apps)/', pathNot: `^libs/(${allowed.join('|')})/` },
    };
  }),
);

module.exports = {
  forbidden: [
    ...arrows,
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'front-door-only',
      severity: 'error',
      comment: 'another lib is entered through its index.ts',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/[^/]+/src/.+', pathNot: ['^libs/$1/', '^libs/[^/]+/src/index\\.ts$'] },
    },
    {
      name: 'apps-use-front-doors',
      severity: 'error',
      from: { path: '^apps/', pathNot: 'metadata\\.ts$' },
      to: { path: '^libs/[^/]+/src/.+', pathNot: '^libs/[^/]+/src/index\\.ts$' },
    },
    {
      name: 'domain-is-plain-typescript',
      severity: 'error',
      comment: 'rules know no Nest, no database, no Node: only the kernel and their own folder',
      from: { path: '^libs/[^/]+/src/domain/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: ['^libs/kernel/', '^libs/[^/]+/src/domain/'] },
    },
    {
      name: 'kernel-imports-nothing',
      severity: 'error',
      from: { path: '^libs/kernel/' },
      to: { pathNot: '^libs/kernel/' },
    },
    {
      name: 'nothing-imports-http',
      severity: 'error',
      comment: 'the door is the outermost folder of a module',
      from: { path: '^libs/(?!platform/)[^/]+/src/(domain|commands|projections|reactors)/' },
      to: { path: '^libs/(?!platform/)[^/]+/src/http/' },
    },
    {
      name: 'projections-know-no-rules',
      severity: 'error',
      from: { path: '^libs/[^/]+/src/projections/' },
      to: { path: '^libs/[^/]+/src/(commands/|domain/[^/]+\\.decider)' },
    },
    {
      name: 'no-test-code-in-the-product',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^test/|\\.spec\\.ts$' },
    },
    {
      name: 'no-development-package-in-the-product',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: '@types/' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|node_modules/\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};

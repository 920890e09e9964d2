/** Versions that a new folder depends on, as ranges of npm. */
export interface Packages {
  readonly cotwin: string
  readonly typescript: string
  readonly vitest: string
  readonly nodeTypes: string
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** What makes a folder a project: `npm install` and `npm test` work in it. */
export const projectFiles = ({
  cotwin,
  typescript,
  vitest,
  nodeTypes,
}: Packages): Record<string, string> => ({
  'package.json': json({
    private: true,
    type: 'module',
    scripts: { test: 'vitest run', check: 'tsc' },
    dependencies: { cotwin },
    devDependencies: { '@types/node': nodeTypes, typescript, vitest },
  }),
  'tsconfig.json': json({
    compilerOptions: {
      target: 'ES2023',
      lib: ['ES2023'],
      module: 'NodeNext',
      types: ['node'],
      strict: true,
      verbatimModuleSyntax: true,
      skipLibCheck: true,
      noEmit: true,
    },
    include: ['*.ts'],
  }),
  '.gitignore': 'node_modules/\nruns/\nbenches/\ntrainings/\n',
})

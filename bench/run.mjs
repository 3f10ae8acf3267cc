// `npm run bench -- <name>`: one of the benchmarks beside this file.
const name = process.argv[2];
const known = ['call'];
if (!known.includes(name)) {
  console.error(`usage: npm run bench -- ${known.join('|')}`);
  process.exit(2);
}
await import(`./${name}.mjs`);

import { cont, type Part, type Plugin, step } from "@weft/plugin-chain";

export const f1Callbacks = {
  f1: step<[a: unknown, b: unknown], readonly unknown[]>({ arity: 2 }),
  f2: step<[], string>({ arity: 0 }),
  f3: step<[], string>({ arity: 0 }),
  f4: step<[a: unknown], readonly unknown[]>(),
};
type F1 = typeof f1Callbacks;

/** The fixture F1 of the reference, with a list of who was asked. */
export function f1(): { service: Part<F1>; plugins: readonly Plugin<F1>[]; asked: string[] } {
  const asked: string[] = [];
  const stopsF1 = (name: string) => (a: unknown, b: unknown) => {
    asked.push(name);
    return a === `stop-${name}` ? [name, b] : cont;
  };
  const stopsF4 = (name: string) => (a: unknown) => (a === `stop-${name}` ? [name] : cont);
  const says =
    <Answer>(name: string, answer: Answer) =>
    () => {
      asked.push(name);
      return answer;
    };
  return {
    asked,
    service: { name: "S", callbacks: { f1: stopsF1("S"), f3: says("S", cont), f4: stopsF4("S") } },
    plugins: [
      { name: "P4", deps: ["P1"], callbacks: { f1: stopsF1("P4"), f4: (a) => ["P4", a] } },
      { name: "P3", deps: ["P2", "P1"], callbacks: { f1: stopsF1("P3"), f3: says("P3", "P3"), f4: stopsF4("P3") } },
      { name: "P1", callbacks: { f1: (a, b) => ["P1", a, b] } },
      { name: "P2", deps: ["P4"], callbacks: { f2: says("P2", "P2"), f4: stopsF4("P2") } },
    ],
  };
}

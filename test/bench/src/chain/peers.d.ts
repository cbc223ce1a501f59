// What we use of the peers that bring no types of their own for it.

declare module "koa-compose" {
  export type Middleware<Context, Answer> = (context: Context, next: () => Promise<Answer>) => Answer | Promise<Answer>;
  export default function compose<Context, Answer>(
    middleware: readonly Middleware<Context, Answer>[],
  ): (context: Context, bottom: () => Answer) => Promise<Answer>;
}

declare module "fastify/lib/hooks.js" {
  export type Hook<Request, Reply> = (request: Request, reply: Reply, next: (error?: unknown) => void) => unknown;
  export function preHandlerHookRunner<Request, Reply>(
    hooks: readonly Hook<Request, Reply>[],
    request: Request,
    reply: Reply,
    done: (error: unknown, request: Request, reply: Reply) => void,
  ): void;
}

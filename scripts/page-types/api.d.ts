// Types of what page scripts ask the server, by the path and the method that they ask with.
import type { components, paths } from "../../var/page-types/openapi";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A part of a path that is not known before the page runs, or is a name in braces, is any text. */
type Segment<S extends string> = S extends `{${string}}${infer Rest}` ? `*${Rest}` : {} extends Record<S, 1> ? "*" : S;
type Normal<P extends string> = P extends `${infer First}/${infer Rest}` ? `${Segment<First>}/${Normal<Rest>}` : Segment<P>;
type WithoutQuery<P extends string> = P extends `${infer Path}?${string}` ? Path : P;

type Routes = { [P in keyof paths & string as Normal<P>]: paths[P] } & Undocumented;
/** Whether a path fits a route segment by segment; the route's `*` fits anything. */
type Fits<P extends string, R extends string> = P extends `${infer A}/${infer B}`
  ? R extends `${infer C}/${infer D}` ? (C extends A | "*" ? Fits<B, D> : false) : false
  : R extends `${string}/${string}` ? false : R extends P | "*" ? true : false;
type RouteOf<N extends string> = N extends keyof Routes ? N : { [R in keyof Routes]: Fits<N, R> extends true ? R : never }[keyof Routes];
type Operation<P extends string, M extends Method> = Routes[RouteOf<Normal<WithoutQuery<P>>>] extends { [K in Lowercase<M>]: infer O } ? O : never;

/** Answers that the document leaves out: made for the demo alone, or the document itself. */
interface Undocumented {
  "/openapi.json": { get: { responses: { 200: { content: { "application/json": OpenApi } } } } };
}

type Content<R> = R extends { content: { "application/json": infer C } } ? C : null;
type Success<R> = { [K in keyof R & (200 | 201 | 202 | 203 | 204)]: Content<R[K]> }[keyof R & (200 | 201 | 202 | 203 | 204)];

declare global {
  /** A message of the API by its name in the OpenAPI document. */
  type Schema<N extends keyof components["schemas"]> = components["schemas"][N];
  /** What a route answers; a path that is not known before the page runs may answer anything. */
  type AnswerOf<P extends string, M extends Method = "GET"> = string extends P ? any : Operation<P, M> extends { responses: infer R } ? Success<R> : never;
  type BodyOf<P extends string, M extends Method> = string extends P ? any : Operation<P, M> extends { requestBody: { content: { "application/json": infer B } } } ? B : undefined;
  /** The path itself where a route answers it, else nothing that could be passed. */
  type Known<P extends string, M extends Method> = string extends P ? P : [Operation<P, M>] extends [never] ? never : P;

  interface AskOptions<P extends string, M extends Method> {
    method?: M;
    body?: BodyOf<P, M>;
    token?: string;
    key?: string;
    device?: string;
    /** The revision that was edited; where another one stands, nothing is changed. */
    ifMatch?: number;
    signal?: AbortSignal;
  }
  interface SendOptions {
    method?: Method;
    body?: unknown;
    token?: string;
    key?: string;
    device?: string;
    /** The revision that was edited; where another one stands, nothing is changed. */
    ifMatch?: number;
    signal?: AbortSignal;
    accept?: string;
    isStream?: boolean;
  }
  type Ask = <const P extends string, M extends Method = "GET">(path: P & Known<P, M>, options?: AskOptions<P, M>) => Promise<AnswerOf<P, M>>;
  type Post = <const P extends string>(path: P & Known<P, "POST">, body?: BodyOf<P, "POST">, key?: string) => Promise<AnswerOf<P, "POST">>;

  type OpenApi = any;
}

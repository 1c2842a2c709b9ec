// The elements of pages: by their ids, most of which are read from the templates, and as scripts make them.
interface PageElements {
  "f-agency": HTMLSelectElement;
  "f-organisation": HTMLSelectElement;
  "c-agency": HTMLSelectElement;
  "by-category": HTMLTableElement;
  "by-gate": HTMLTableElement;
  "by-device": HTMLTableElement;
  "by-day": HTMLTableElement;
  "by-minute": HTMLTableElement;
}

/** An id that a page has; a text that is known only as the page runs is taken for one. */
type IdOf<I extends string> = string extends I ? I : I extends keyof PageElements ? I : {} extends Record<I, 1> ? I : never;
type ElementOf<I extends string> = I extends keyof PageElements ? PageElements[I] : HTMLElement;
type ById = <const I extends string>(id: I & IdOf<I>) => ElementOf<I>;

/** Any field: what only one kind of it has is optional to nobody who knows the form. */
type Field = Omit<HTMLInputElement & HTMLSelectElement & HTMLTextAreaElement, "type"> & RadioNodeList & { type: string };
type FieldOf = (form: HTMLFormElement, name: string) => Field;
type Tags = HTMLElementTagNameMap;
type Found<S extends string> = string extends S ? HTMLElement : S extends keyof Tags ? Tags[S] : S extends `${string}input${string}` ? HTMLInputElement : HTMLElement;
type First = <const S extends string>(selector: S, within?: ParentNode) => Found<S>;
type All = <const S extends string>(selector: S, within?: ParentNode) => Found<S>[];

type Child = Node | string | number | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null | undefined | ((event: any) => unknown)>;
type CreateElement = <K extends keyof Tags>(tag: K, attributes?: Attributes, ...children: (Child | Child[])[]) => Tags[K];
type CreateShape = <K extends keyof SVGElementTagNameMap>(tag: K, attributes: Record<string, string | number>) => SVGElementTagNameMap[K];

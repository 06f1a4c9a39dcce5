// A format is told in exactly one way: by its name, `type: combined`, or by a shape, `nginx: '…'`, whose key
// says how the rest is to be read. Zod's own unions know one discriminator, so which alternative is meant is
// decided here; whatever is wrong inside of it is reported as that alternative does.

import * as z from "zod";

/** A format with a name, or several that have the same options. */
interface NamedFormat {
  /** What `type` may say. */
  readonly types: readonly string[];
  readonly schema: z.ZodType;
}

/** Formats by the key that tells them: the first of the options that the schema requires. */
type Shapes = Readonly<Record<string, z.ZodType>>;

export function oneOfFormats<
  const Named extends readonly NamedFormat[],
  const Shape extends Shapes,
>(description: string, named: Named, shapes: Shape) {
  type Output = z.output<Named[number]["schema"] | Shape[keyof Shape]>;
  const schemas: readonly z.ZodType[] = [
    ...named.map(({ schema }) => schema),
    ...Object.values(shapes),
  ];
  return z
    .unknown()
    .transform((value, context): Output => {
      const schema = chosen(value, context, named, shapes);
      if (schema === null) return z.NEVER;
      const parsed = schema.safeParse(value);
      if (parsed.success) return parsed.data as Output;
      for (const issue of parsed.error.issues) context.addIssue({ ...issue });
      return z.NEVER;
    })
    .meta({
      description,
      // Made when somebody asks: most runs need no JSON Schema.
      get oneOf() {
        const made = schemas.map((schema) => z.toJSONSchema(schema, { io: "input" }));
        return made.map((alternative) => ({ ...alternative, $schema: undefined }));
      },
    });
}

/** The alternative that is meant; null, and an issue, where none or more than one is. */
function chosen(
  value: unknown,
  context: z.RefinementCtx,
  named: readonly NamedFormat[],
  shapes: Shapes,
): z.ZodType | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    context.addIssue({ code: "invalid_type", expected: "object" });
    return null;
  }
  const ways = Object.keys(value).filter((key) => key === "type" || Object.hasOwn(shapes, key));
  const [way, another] = ways;
  const types = named.flatMap((format) => format.types);
  if (way === undefined) {
    const others = Object.keys(shapes);
    context.addIssue({ code: "custom", path: ["type"], params: { types, others } });
    return null;
  }
  if (another !== undefined) {
    const message = `a format is told in one way, and ${way} does so already`;
    const params = { isOfKey: true, fix: "remove one of them" };
    context.addIssue({ code: "custom", path: [another], message, params });
    return null;
  }
  if (way !== "type") return shapes[way]!;
  const { type } = value as { readonly type: unknown };
  const found = named.find((format) => format.types.some((name) => name === type));
  if (found !== undefined) return found.schema;
  if (typeof type === "string" && Object.hasOwn(shapes, type)) {
    const message = `${type} is told by a key of its own; write ${type}: … in place of type: ${type}`;
    context.addIssue({ code: "custom", path: ["type"], message });
    return null;
  }
  context.addIssue({ code: "invalid_union", path: ["type"], errors: [], options: types });
  return null;
}

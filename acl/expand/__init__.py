"""From forms to core forms: environments, macro expansion, lambda lists, places."""

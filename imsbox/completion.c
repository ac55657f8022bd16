/* SPDX-License-Identifier: MIT
 *
 * imsbox completion: what the shells need to complete our commands, made from
 * the commands themselves.
 */
#include "base/slice.h"
#include "imsbox/commands.h"

typedef void each_fn(const struct command *c);

/* Every command that can be run. */
static void each(const struct command *c, each_fn *fn)
{
    if (c->run)
        fn(c);
    for (const struct command *const *it = c->below; it && *it; it++)
        each(*it, fn);
}

static bool is_set(const struct command_option *o)
{
    return o->argument && strchr(o->argument, '|') &&
           !(o->argument[0] >= 'A' && o->argument[0] <= 'Z');
}

static bool takes_file(const char *text)
{
    return text && strstr(text, "FILE");
}

/* A row of every kind of option that c has. */
static void each_option(const struct command *c,
                        void (*fn)(const struct command_option *o))
{
    const struct command_option *const tables[] = {
        c->options, c->asks ? command_common_options : NULL,
        command_help_option};

    for (unsigned i = 0; i < sizeof tables / sizeof tables[0]; i++)
        for (const struct command_option *o = tables[i]; o && o->name; o++)
            fn(o);
}

/* ---- bash ---------------------------------------------------------------- */

static void bash_option(const struct command_option *o)
{
    printf(" --%s", o->name);
}

static void bash_value(const struct command_option *o)
{
    if (!o->argument)
        return;
    printf("        --%s", o->name);
    if (o->letter)
        printf("|-%c", o->letter);
    if (is_set(o)) {
        printf(") words='");
        for (const char *p = o->argument; *p; p++)
            putchar(*p == '|' ? ' ' : *p);
        printf("' ;;\n");
    } else {
        printf(") files=%s words= ;;\n", takes_file(o->argument) ? "1" : "");
    }
}

static void bash_command(const struct command *c)
{
    printf("    '%s')\n        words='", c->name);
    each_option(c, bash_option);
    printf("' files=%s\n        case $previous in\n",
           takes_file(c->arguments) ? "1" : "");
    each_option(c, bash_value);
    printf("        esac ;;\n");
}

/* A command that only has commands below it. */
static void bash_group(const struct command *c)
{
    if (!c->below)
        return;
    printf("    '%s') words='-h", c->name);
    for (const struct command *const *it = c->below; *it; it++)
        printf(" %s", command_word(*it));
    printf("' ;;\n");
    for (const struct command *const *it = c->below; *it; it++)
        bash_group(*it);
}

static void bash(void)
{
    printf("# bash completion of imsbox, made by `imsbox completion bash`\n"
           "_imsbox()\n{\n"
           "    local word command= words= files= previous i\n"
           "    local current=${COMP_WORDS[COMP_CWORD]}\n"
           "    previous=${COMP_WORDS[COMP_CWORD-1]}\n"
           "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
           "        word=${COMP_WORDS[i]}\n"
           "        case \"$command\" in\n"
           "        ''");
    for (const struct command *const *it = command_top.below; *it; it++)
        if ((*it)->below)
            printf("|%s", (*it)->name);
    printf(") command=\"${command:+$command }$word\" ;;\n"
           "        *) break ;;\n"
           "        esac\n"
           "    done\n"
           "    case \"$command\" in\n");
    bash_group(&command_top);
    each(&command_top, bash_command);
    printf("    esac\n"
           "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- "
           "\"$current\")\n"
           "    if [ -n \"$files\" ]; then\n"
           "        compopt -o filenames 2>/dev/null\n"
           "        mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen "
           "-f -- \"$current\")\n"
           "    fi\n"
           "}\n"
           "complete -F _imsbox imsbox\n");
}

/* ---- zsh ----------------------------------------------------------------- */

/* Text within single quotes, where _arguments and _describe have colons and
 * brackets of their own. */
static void zsh_text(const char *text)
{
    for (; *text; text++) {
        if (strchr(":[]\\", *text))
            putchar('\\');
        if (*text == '\'')
            printf("'\\''");
        else
            putchar(*text);
    }
}

static void zsh_option(const struct command_option *o)
{
    printf(" \\\n            ");
    if (o->letter)
        printf("'(-%c --%s)'{-%c,--%s}'[", o->letter, o->name, o->letter,
               o->name);
    else
        printf("'--%s[", o->name);
    zsh_text(o->help);
    putchar(']');
    if (o->argument) {
        printf(":%s:", o->argument);
        if (is_set(o)) {
            putchar('(');
            for (const char *p = o->argument; *p; p++)
                putchar(*p == '|' ? ' ' : *p);
            putchar(')');
        } else if (takes_file(o->argument)) {
            printf("_files");
        }
    }
    putchar('\'');
}

static void zsh_command(const struct command *c)
{
    printf("    '%s')\n        _arguments -s", c->name);
    each_option(c, zsh_option);
    if (c->arguments) {
        printf(" \\\n            '*:");
        zsh_text(c->arguments);
        printf(":%s'", takes_file(c->arguments) ? "_files" : "");
    }
    printf(" ;;\n");
}

static void zsh_group(const struct command *c)
{
    if (!c->below)
        return;
    printf("    '%s')\n        names=(", c->name);
    for (const struct command *const *it = c->below; *it; it++) {
        printf("\n            '%s:", command_word(*it));
        zsh_text((*it)->summary);
        putchar('\'');
    }
    printf(")\n        _describe command names ;;\n");
    for (const struct command *const *it = c->below; *it; it++)
        zsh_group(*it);
}

static void zsh(void)
{
    printf("#compdef imsbox\n"
           "# zsh completion of imsbox, made by `imsbox completion zsh`\n"
           "_imsbox()\n{\n"
           "    local -a names\n"
           "    local command=\n"
           "    local -i used=1\n"
           "    while ((used + 1 < CURRENT)); do\n"
           "        case $command in\n"
           "        ''");
    for (const struct command *const *it = command_top.below; *it; it++)
        if ((*it)->below)
            printf("|%s", (*it)->name);
    printf(") command=\"${command:+$command }$words[used+1]\" ;;\n"
           "        *) break ;;\n"
           "        esac\n"
           "        ((used++))\n"
           "    done\n"
           "    ((used > 1)) && shift $((used - 1)) words && "
           "((CURRENT -= used - 1))\n"
           "    case $command in\n");
    zsh_group(&command_top);
    each(&command_top, zsh_command);
    printf("    esac\n}\n"
           "if [ \"$funcstack[1]\" = _imsbox ]; then\n"
           "    _imsbox \"$@\"\n"
           "else\n"
           "    compdef _imsbox imsbox\n"
           "fi\n");
}

static int run(const struct words *w)
{
    if (strcmp(w->rest[0], "bash") == 0) {
        bash();
    } else if (strcmp(w->rest[0], "zsh") == 0) {
        zsh();
    } else {
        fprintf(stderr, "imsbox: completion knows bash and zsh, not %s\n",
                w->rest[0]);
        return EXIT_WRONG_WORDS;
    }
    return fflush(stdout) == 0 ? EXIT_DONE : EXIT_FILE;
}

const struct command command_completion = {
    .name = "completion",
    .arguments = "bash|zsh",
    .least = 1,
    .most = 1,
    .summary = "what a shell needs to complete these commands",
    .about = "source <(imsbox completion bash) in ~/.bashrc, or the same with "
             "zsh in ~/.zshrc. `make install` and the Debian package bring it "
             "along.",
    .run = run,
};

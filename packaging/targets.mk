# SPDX-License-Identifier: MIT
#
# make install     below DESTDIR: programs, manual pages, units of systemd,
#                  completion, topologies; PREFIX is /usr/local. Without
#                  DESTDIR the units are ready to be started (settle)
# make uninstall   takes them away again, but for what lies in /etc/imsbox
# make deb         build/imsbox_VERSION_ARCH.deb
# make test-deb    installs and runs it on a clean Debian of debootstrap (root)
# make test-systemd  boots such a one with it in User Mode Linux, and uses the
#                  units under its systemd (root; user-mode-linux)

PREFIX ?= /usr/local
DESTDIR ?=
BINDIR = $(PREFIX)/bin
SBINDIR = $(PREFIX)/sbin
CONFDIR = /etc/imsbox
SHAREDIR = $(PREFIX)/share
UNITDIR = $(PREFIX)/lib/systemd/system
P = build/packaging
VERSION := $(shell sed -n 's/.*IMSBOX_VERSION "\(.*\)"/\1/p' common/node/version.h)

MAN := $(P)/imsbox.1 $(P)/imsbox-topology.5 $(NODES:%=$(P)/%.8)
UNITS := $(NODES:%=$(P)/imsbox-%@.service) $(P)/imsbox@.service \
         $(P)/imsbox-dashboard.service \
         packaging/systemd/imsbox.target
COMPLETION := $(P)/imsbox.bash $(P)/_imsbox
EXAMPLES := topology/box.yaml topology/box-subscribers.yaml \
            topology/two-networks.yaml topology/red-subscribers.yaml \
            topology/blue-subscribers.yaml topology/topology.schema.json

.PHONY: packaging install uninstall deb test-deb test-systemd
packaging: $(MAN) $(UNITS) $(COMPLETION) $(P)/topology.yaml

# Pages are written in the source form of scdoc; those of nodes are one page
# with what is said of each in NODE.txt, whose first line is its name.
$(P)/%: $(P)/%.scd
	@command -v scdoc >/dev/null || \
	    { echo "manual pages want scdoc: tools/install-deps deb" >&2; exit 1; }
	@scdoc <$< >$@.new
	@mv $@.new $@

$(P)/imsbox.1.scd: packaging/man/imsbox.1.head packaging/man/imsbox.1.tail $(B)/bin/imsbox FORCE
	@mkdir -p $(@D)
	@cat $< >$@.new
	@$(B)/bin/imsbox manual commands >>$@.new
	@cat packaging/man/imsbox.1.tail >>$@.new
	@sed 's|@SHAREDIR@|$(SHAREDIR)|g' $@.new >$@
	@rm $@.new

$(P)/imsbox-topology.5.scd: packaging/man/imsbox-topology.5.head topology/box.yaml $(B)/bin/imsbox
	@mkdir -p $(@D)
	@cat $< >$@.new
	@grep -v '^#' topology/box.yaml >>$@.new
	@printf '```\n\n' >>$@.new
	@$(B)/bin/imsbox manual topology >>$@.new
	@printf '# SEE ALSO\n\n*imsbox*(1)\n' >>$@.new
	@mv $@.new $@

.SECONDARY: $(NODES:%=$(P)/%.8.scd)
COMMA := ,
$(P)/%.8.scd: packaging/man/node.8.in packaging/man/%.txt
	@mkdir -p $(@D)
	@sed 1d packaging/man/$*.txt >$@.about
	@sed -e '/@ABOUT@/{r $@.about' -e 'd}' -e 's/@ROLE@/$*/g' \
	    -e "s/@NAME@/$$(head -n 1 packaging/man/$*.txt)/g" \
	    -e 's/@OTHERS@/$(foreach n,$(filter-out $*,$(NODES)),$(COMMA) *$n*(8))/' $< >$@.new
	@rm $@.about
	@mv $@.new $@

UNIT_SED = sed -e '/@HARDENED@/{r packaging/systemd/hardened.in' -e 'd}' $< | \
    sed -e 's|@BINDIR@|$(BINDIR)|g' -e 's|@SBINDIR@|$(SBINDIR)|g' \
    -e 's|@CONFDIR@|$(CONFDIR)|g'

# Where things lie is written into units and manual: made anew each time.
$(P)/imsbox-%@.service: packaging/systemd/node.service.in packaging/systemd/hardened.in FORCE
	@mkdir -p $(@D)
	@$(UNIT_SED) -e 's/@ROLE@/$*/g' \
	    -e "s/@NAME@/$$(head -n 1 packaging/man/$*.txt)/g" >$@

$(P)/imsbox-dashboard.service: packaging/systemd/dashboard.service.in packaging/systemd/hardened.in FORCE
	@mkdir -p $(@D)
	@$(UNIT_SED) >$@

$(P)/imsbox@.service: packaging/systemd/network.service.in packaging/systemd/hardened.in FORCE
	@mkdir -p $(@D)
	@$(UNIT_SED) >$@

$(P)/imsbox.bash: $(B)/bin/imsbox
	@mkdir -p $(@D)
	@$< completion bash >$@

$(P)/_imsbox: $(B)/bin/imsbox
	@mkdir -p $(@D)
	@$< completion zsh >$@

# The box, its database where a service may write.
$(P)/topology.yaml: topology/box.yaml
	@mkdir -p $(@D)
	@sed -e '/yaml-language-server/d' -e 's|store: box.db|store: /var/lib/imsbox/box.db|' \
	    -e '1,/^name/{/^#/d}' $< >$@

.PHONY: FORCE
FORCE:

INSTALLED = $(BINDIR)/imsbox $(NODES:%=$(SBINDIR)/%) $(SHAREDIR)/imsbox \
    $(SHAREDIR)/man/man1/imsbox.1 $(SHAREDIR)/man/man5/imsbox-topology.5 \
    $(NODES:%=$(SHAREDIR)/man/man8/%.8) \
    $(SHAREDIR)/bash-completion/completions/imsbox \
    $(SHAREDIR)/zsh/vendor-completions/_imsbox $(SHAREDIR)/doc/imsbox \
    $(addprefix $(UNITDIR)/,$(notdir $(UNITS))) \
    $(PREFIX)/lib/sysusers.d/imsbox.conf
D = $(DESTDIR)

install: all packaging
	@install -D -s -m 755 $(B)/bin/imsbox $(D)$(BINDIR)/imsbox
	@install -d $(D)$(SBINDIR) $(D)$(SHAREDIR)/imsbox/topology \
	    $(D)$(SHAREDIR)/man/man1 $(D)$(SHAREDIR)/man/man5 \
	    $(D)$(SHAREDIR)/man/man8 $(D)$(SHAREDIR)/doc/imsbox $(D)$(UNITDIR) \
	    $(D)$(CONFDIR)
	@install -s -m 755 $(NODES:%=$(B)/bin/%) $(D)$(SBINDIR)
	@install -m 644 $(EXAMPLES) $(D)$(SHAREDIR)/imsbox/topology
	@install -m 644 $(P)/imsbox.1 $(D)$(SHAREDIR)/man/man1
	@install -m 644 $(P)/imsbox-topology.5 $(D)$(SHAREDIR)/man/man5
	@install -m 644 $(NODES:%=$(P)/%.8) $(D)$(SHAREDIR)/man/man8
	@install -m 644 $(UNITS) $(D)$(UNITDIR)
	@install -D -m 644 packaging/systemd/sysusers.conf $(D)$(PREFIX)/lib/sysusers.d/imsbox.conf
	@install -D -m 644 $(P)/imsbox.bash $(D)$(SHAREDIR)/bash-completion/completions/imsbox
	@install -D -m 644 $(P)/_imsbox $(D)$(SHAREDIR)/zsh/vendor-completions/_imsbox
	@install -m 644 README.md LICENSE docs/*.md $(D)$(SHAREDIR)/doc/imsbox
	@for file in $(P)/topology.yaml topology/box-subscribers.yaml packaging/environment; do \
	    to=$(D)$(CONFDIR)/$${file##*/}; [ -e "$$to" ] || install -m 640 "$$file" "$$to"; done
	@[ -n "$(DESTDIR)" ] || packaging/settle $(PREFIX)
	@echo "  INSTALL $(D)$(PREFIX), $(D)$(CONFDIR)"

uninstall:
	rm -rf $(addprefix $(D),$(INSTALLED))

deb:
	@tools/install-deps deb
	@$(MAKE) -s all packaging
	+@packaging/deb/build $(VERSION) build

test-deb: deb
	@packaging/deb/check build/imsbox_$(VERSION)_$$(dpkg --print-architecture).deb

test-systemd: deb
	+@packaging/systemd/check build/imsbox_$(VERSION)_$$(dpkg --print-architecture).deb

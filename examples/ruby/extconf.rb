# Builds the extension `leadscore` for Ruby from the interface for SWIG, against an installed leadscore:
#
#     ruby extconf.rb && make && ruby -I. score_lead.rb ../../models/starter.lsm
#
# It takes SWIG, the headers of Ruby (Debian's ruby-dev), and pkg-config that finds leadscore-store.
require 'mkmf'

interface = File.expand_path('../../bindings/swig', __dir__)
abort 'pkg-config finds no leadscore-store' unless pkg_config('leadscore-store')
swig = find_executable('swig') or abort 'swig is missing'
system(swig, '-Wall', '-ruby', '-o', 'leadscore_wrap.c', "#{interface}/leadscore.i") or abort

$INCFLAGS << " -I#{interface}"
$VPATH << interface
$srcs = %w[leadscore_wrap.c flat_model.c flat_scorer.c flat_store.c]
create_makefile('leadscore')

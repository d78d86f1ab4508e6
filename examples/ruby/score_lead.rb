# Scores a lead and says why:  ruby -I FOLDER_OF_THE_EXTENSION score_lead.rb MODEL.lsm
require 'json'
require 'leadscore'

model = Leadscore.model_file(ARGV.fetch(0), nil)
scorer = Leadscore.scorer_new(model)
as_of_ms = Leadscore.time_parse('2026-04-01')

lead = JSON.generate(id: 'a1', email: 'ada@engines.example', job_title: 'VP Engineering')
activities = JSON.generate([{ id: 'e1', type: 'Demo Requested', time: '2026-03-30T09:00:00Z' }])

why = Leadscore.explain_json(scorer, lead, activities, as_of_ms)
puts "score #{why.result.score}, grade #{why.result.grade}"
why.n_reasons.times.first(2).each do |i|
  reason = Leadscore.reason(why, i)
  puts "#{reason.contribution.positive? ? '+' : '-'} #{reason.text}"
end

begin
  Leadscore.score_json(scorer, '{"id": "a1",', nil, as_of_ms)
rescue Leadscore::Error => error
  puts "#{error.status} at byte #{error.offset}"
end
